<?php
// Stands for WordPress: connects to where the configuration says, and greets.
function page(): string
{
    $connection = @stream_socket_client('tcp://' . DB_HOST, $code, $message, 2);
    return $connection === false ? "no database: $message" : 'a page out of the ' . trim((string) fgets($connection)) . ' database';
}
