# What consul-template is started with on this host.
log_level = "info"

wait {
  min = "2s"
  max = "10s"
}

kill_signal = "SIGQUIT"

exec {
  command       = "/usr/sbin/app --config $DIR/out/app.env"
  reload_signal = "SIGHUP"
  kill_timeout  = "20s"
  splay         = "5s"
}
