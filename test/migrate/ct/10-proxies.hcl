template {
  source      = "$DIR/ct/templates/haproxy.cfg.ctmpl"
  destination = "$DIR/out/haproxy.cfg"
  command     = "echo haproxy >> $DIR/reloads"
  perms       = 0600
}

template {
  source      = "$DIR/ct/templates/nginx.conf.ctmpl"
  destination = "$DIR/out/nginx.conf"
  command     = "echo nginx >> $DIR/reloads"
}

template {
  source               = "$DIR/ct/templates/upstreams.tpl"
  destination          = "$DIR/out/upstreams.conf"
  command              = "echo nginx >> $DIR/reloads"
  left_delimiter       = "[["
  right_delimiter      = "]]"
  error_on_missing_key = true
}

template {
  source          = "$DIR/ct/templates/hosts.ctmpl"
  destination     = "$DIR/out/hosts"
  command         = ["sh", "-c", "echo hosts >> $DIR/reloads"]
  command_timeout = "5s"
  backup          = true
}
