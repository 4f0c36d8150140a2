<?php
// Stands for WordPress: asks the database of the configuration for the blog's name, as WordPress does first.
function page(): string
{
    global $table_prefix;
    [$host, $port] = explode(':', DB_HOST);
    try {
        $database = new mysqli($host, DB_USER, DB_PASSWORD, DB_NAME, (int) $port);
        $row = $database->query("SELECT option_value FROM {$table_prefix}options WHERE option_name = 'blogname'")->fetch_row();
    } catch (mysqli_sql_exception $failure) {
        return 'no database: ' . $failure->getMessage();
    }
    return "a page out of the {$row[0]} database";
}
