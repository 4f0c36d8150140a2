# Web servers with a registrar beside each, and a proxy that follows them, on Nomad with Consul.
job "remora" {
  type = "service"

  group "web" {
    count = 3

    network {
      mode = "bridge"
      port "http" {
        to = 80
      }
    }

    task "nginx" {
      driver = "docker"
      config {
        image = "nginx:1.27"
      }
    }

    # Nomad registers services in Consul as well. The registrar does where the registry is another one, or wants checks from the inside.
    task "registrar" {
      driver = "docker"
      # The leader is stopped first, and alone: it deregisters, gives clients five seconds to go elsewhere, and then the server is stopped.
      leader       = true
      kill_timeout = "15s"
      config {
        image = "remora"
        args = [
          "register", "--name", "web", "--port", "${NOMAD_HOST_PORT_http}", "--address", "static:${NOMAD_HOST_IP_http}",
          "--check", "http://127.0.0.1:80/", "--drain", "5s",
        ]
      }
      env {
        REMORA_BACKEND        = "consul"
        REMORA_CONSUL_ADDRESS = "http://${attr.unique.network.ip-address}:8500"
        # A registrar that is started again on this host takes over what it had published.
        REMORA_STATE_DIR = "${NOMAD_TASK_DIR}"
      }
      # The folder of the task is root's.
      user = "root"
      resources {
        cpu    = 50
        memory = 128
      }
    }
  }

  group "proxy" {
    network {
      port "http" {
        static = 8080
      }
    }

    task "proxy" {
      driver       = "docker"
      kill_timeout = "20s"
      config {
        # The image of examples/compose: nginx, with Remora as its entrypoint.
        image        = "remora-compose-example"
        network_mode = "host"
      }
      env {
        REMORA_BACKEND        = "consul"
        REMORA_CONSUL_ADDRESS = "http://${attr.unique.network.ip-address}:8500"
        REMORA_CONFDIR        = "${NOMAD_TASK_DIR}/remora"
        REMORA_STATE_DIR      = "${NOMAD_TASK_DIR}/state"
      }

      # Nomad has templates too, written with the same braces: others are named, so that it leaves these alone. Remora takes up a changed file by itself.
      template {
        destination     = "local/remora/conf.d/proxy.toml"
        left_delimiter  = "[["
        right_delimiter = "]]"
        change_mode     = "noop"
        data            = <<EOT
[template]
src       = "nginx.conf.njk"
dest      = "/etc/nginx/nginx.conf"
mode      = "0644"
# Not applied, and so nginx not started, before there is one.
requires  = ["consul:web"]
check_cmd = "nginx -t -q -c {{ src }}"
on_change = "signal:HUP"
EOT
      }

      template {
        destination     = "local/remora/templates/nginx.conf.njk"
        left_delimiter  = "[["
        right_delimiter = "]]"
        change_mode     = "noop"
        data            = <<EOT
error_log stderr error;
events {}
http {
    access_log off;
    upstream web {
{% for instance in service("web") %}
        server {{ hostPort(instance) }};
{% endfor %}
    }
    server {
        listen 8080;
        location / {
            proxy_pass http://web;
            proxy_connect_timeout 1s;
        }
    }
}
EOT
      }
    }
  }
}
