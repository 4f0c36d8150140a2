template {
  contents = <<-EOT
    {{- range tree "app/env" }}
    {{ .Key | replaceAll "/" "_" | toUpper }}={{ .Value }}
    {{- end }}
    EOT
  destination = "$DIR/out/app.env"
}

template {
  source      = "$DIR/ct/templates/app.json.ctmpl"
  destination = "$DIR/out/app.json"
}

template {
  source      = "$DIR/ct/templates/crontab.ctmpl"
  destination = "$DIR/out/crontab"
  command     = "echo cron >> $DIR/reloads"
}
