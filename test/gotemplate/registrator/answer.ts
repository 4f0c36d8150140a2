/** What an engine of API 1.52 answers of a container, as far as the cases need it. */
export const ANSWER = {
  "Id": "e20f9c1a76565d62ae24a3bb877b17b862b6eab94f4e95a0e07ccf25087aaf4f",
  "Created": "2026-11-21T15:53:21.5Z",
  "Path": "sh",
  "Args": [
    "-c",
    "sleep 1"
  ],
  "Name": "/web-1",
  "RestartCount": 3,
  "State": {
    "Status": "running",
    "Running": true,
    "Pid": 4242,
    "ExitCode": 0,
    "StartedAt": "2026-11-21T15:53:22.25Z",
    "Health": {
      "Status": "healthy",
      "FailingStreak": 0,
      "Log": null
    }
  },
  "Image": "sha256:abc",
  "Config": {
    "Hostname": "e20f9c1a7656",
    "Env": [
      "ENVIRONMENT=test",
      "SERVICE_8105_NAME=foo",
      "HOME=/home/é",
      "SERVICE_9404_NAME=bar"
    ],
    "Cmd": [
      "sh"
    ],
    "ExposedPorts": {
      "80/tcp": {},
      "53/udp": {}
    },
    "Labels": {
      "com.example.task": "arn:aws:ecs:region:1:task/368f",
      "zone": "eu"
    },
    "Image": "repo/web:1.2",
    "Tty": true
  },
  "HostConfig": {
    "NetworkMode": "bridge",
    "Memory": 1048576,
    "CpuShares": 512,
    "RestartPolicy": {
      "Name": "always",
      "MaximumRetryCount": 0
    },
    "LogConfig": {
      "Type": "json-file",
      "Config": {
        "max-size": "10m"
      }
    },
    "Binds": null
  },
  "NetworkSettings": {
    "Ports": {
      "80/tcp": [
        {
          "HostIp": "0.0.0.0",
          "HostPort": "8080"
        }
      ],
      "53/udp": null
    },
    "Networks": {
      "bridge": {
        "IPAddress": "172.17.0.2",
        "IPPrefixLen": 16,
        "MacAddress": "02:42:ac:11:00:02",
        "Aliases": null
      }
    }
  },
  "Mounts": [
    {
      "Type": "bind",
      "Source": "/a",
      "Destination": "/b",
      "RW": true
    }
  ]
};
