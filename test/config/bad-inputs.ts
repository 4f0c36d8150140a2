/** A wrong configuration and all that is said about it. */
export interface BadInput {
  readonly title: string;
  readonly files: Readonly<Record<string, string>>;
  /** As printed; DIR stands for the confdir. */
  readonly said: string;
}

const T = '[template]\nsrc = "a.njk"\ndest = "/t/a"\n';

/** Each way in which a file can be wrong. */
export const BAD_INPUTS: readonly BadInput[] = [
  { title: "a syntax error", files: { "remora.toml": 'backend = "file"\nprefix = /x\n' }, said: `DIR/remora.toml:2:10: Cannot read "DIR/remora.toml": invalid value
  2 | prefix = /x
               ^
  hint: Put text in quotes` },
  { title: "a text that is not closed", files: { "conf.d/a.toml": '[template]\nsrc = "a.njk\n' }, said: `DIR/conf.d/a.toml:2:13: Cannot read "DIR/conf.d/a.toml": control characters are not allowed in strings
  2 | src = "a.njk
                  ^
  hint: Close the text with the quote it began with, on the same line` },
  { title: "a duration without quotes", files: { "remora.toml": "reconcile = 10s\n" }, said: `DIR/remora.toml:1:15: Cannot read "DIR/remora.toml": illegal character in numeric literal
  1 | reconcile = 10s
                    ^
  hint: Put text in quotes` },
  { title: "a list that is not closed", files: { "conf.d/a.toml": `${T}keys = ["/a"\nmode = "0644"\n` }, said: `DIR/conf.d/a.toml:5:1: Cannot read "DIR/conf.d/a.toml": expected comma or end of structure
  5 | mode = "0644"
      ^
  hint: Put a comma before it, or close the list or the table with its bracket` },
  { title: "a backslash alone", files: { "conf.d/a.toml": `${T}check_cmd = "grep '\\d' {{ src }}"\n` }, said: `DIR/conf.d/a.toml:4:21: Cannot read "DIR/conf.d/a.toml": unrecognised escape sequence
  4 | check_cmd = "grep '\\d' {{ src }}"
                          ^
  hint: Write a backslash twice, or the text in single quotes` },
  { title: "a table written twice", files: { "conf.d/a.toml": `${T}[template]\nmode = "0644"\n` }, said: `DIR/conf.d/a.toml:4:2: Cannot read "DIR/conf.d/a.toml": trying to redefine an already defined table or value
  4 | [template]
       ^
  hint: Remove one of the two` },
  { title: "a syntax error beside a password", files: { "remora.toml": '[backends.etcd]\npassword = "hunter2\n' }, said: `DIR/remora.toml:2:20: Cannot read "DIR/remora.toml": control characters are not allowed in strings
  hint: Close the text with the quote it began with, on the same line` },
  { title: "an unknown key", files: { "conf.d/a.toml": `${T}relaod_cmd = "x"\n` }, said: `DIR/conf.d/a.toml:4:1: Cannot read "DIR/conf.d/a.toml": key "relaod_cmd" is not known
  4 | relaod_cmd = "x"
      ^
  hint: Did you mean "reload_cmd"?` },
  { title: "an unknown key that resembles nothing", files: { "conf.d/a.toml": `${T}banana = 1\n` }, said: `DIR/conf.d/a.toml:4:1: Cannot read "DIR/conf.d/a.toml": key "banana" is not known
  4 | banana = 1
      ^
  hint: Known here: backend, prefix, requires, check_cmd, check_cmd_timeout, reload_cmd, reload_cmd_timeout, reload_signal, pid_file, on_change, reload_before_start, on_reload_failure, on_empty, splay, lock, min_reload_interval, src, engine, left_delimiter, right_delimiter, error_on_missing_key, dest, for_each, keys, mode, owner, group, uid, gid, output_format, backup` },
  { title: "an unknown table", files: { "remora.toml": '[monitor]\nlisten = "x"\n' }, said: `DIR/remora.toml:1:2: Cannot read "DIR/remora.toml": key "monitor" is not known
  1 | [monitor]
       ^
  hint: Known here: backend, prefix, wait, reconcile, state_dir, cache_dir, timeout, shutdown_timeout, log_level, log_format, status, backends, secrets, supervise, env, registrar, certificate, service` },
  { title: "an unknown backend table", files: { "remora.toml": '[backends.etdc]\nendpoints = ["x"]\n' }, said: `DIR/remora.toml:1:11: Cannot read "DIR/remora.toml": key "backends.etdc" is not known
  1 | [backends.etdc]
                ^
  hint: Did you mean "etcd"?` },
  { title: "a setting after a table", files: { "remora.toml": '[backends.file]\npath = "x"\nreconcile = "1m"\n' }, said: `DIR/remora.toml:3:1: Cannot read "DIR/remora.toml": key "backends.file.reconcile" is not known
  3 | reconcile = "1m"
      ^
  hint: "reconcile" belongs above the first [table]` },
  { title: "an inner key of an inline table", files: { "remora.toml": 'wait = { min = "1s", mox = "2s" }\n' }, said: `DIR/remora.toml:1:22: Cannot read "DIR/remora.toml": key "wait.mox" is not known
  1 | wait = { min = "1s", mox = "2s" }
                           ^
  hint: Did you mean "max"?` },
  { title: "confdir in the file", files: { "remora.toml": 'confdir = "/x"\n' }, said: `DIR/remora.toml:1:1: Cannot read "DIR/remora.toml": key "confdir" is not known
  1 | confdir = "/x"
      ^
  hint: The file cannot move itself: use --confdir or REMORA_CONFDIR` },
  { title: "a table that is none", files: { "remora.toml": "wait = 5\n" }, said: `DIR/remora.toml:1:8: Cannot read "DIR/remora.toml": wait: this is not a table
  1 | wait = 5
             ^
  hint: Known in it: min, max, collect_first` },
  { title: "an unknown backend", files: { "remora.toml": 'backend = "etdc"\n' }, said: `DIR/remora.toml:1:11: Cannot read "DIR/remora.toml": backend: "etdc" is not a backend
  1 | backend = "etdc"
                ^
  hint: Did you mean "etcd"?` },
  { title: "a duration that is none", files: { "remora.toml": '\n  wait.min = "quick"\n' }, said: `DIR/remora.toml:2:14: Cannot read "DIR/remora.toml": wait.min: "quick" is not a duration
  2 |   wait.min = "quick"
                   ^
  hint: Write a number and a unit: "100ms", "2s", "1m30s", "24h"` },
  { title: "a duration as a number", files: { "remora.toml": "reconcile = 60\n" }, said: `DIR/remora.toml:1:13: Cannot read "DIR/remora.toml": reconcile: 60 is not a duration
  1 | reconcile = 60
                  ^
  hint: Write a number and a unit: "100ms", "2s", "1m30s", "24h"` },
  { title: "a timeout of nothing", files: { "remora.toml": 'timeout = "0"\n' }, said: `DIR/remora.toml:1:11: Cannot read "DIR/remora.toml": timeout: "0" is not at least 1ms
  1 | timeout = "0"
                ^
  hint: Write a number and a unit: "100ms", "2s", "1m30s", "24h"` },
  { title: "a wait that is longer than its bound", files: { "remora.toml": 'wait.min = "5s"\n' }, said: `DIR/remora.toml:1:12: Cannot read "DIR/remora.toml": wait.min: this is longer than wait.max
  1 | wait.min = "5s"
                 ^
  hint: wait.max bounds how long wait.min can put off a pass` },
  { title: "an endpoint without a scheme", files: { "remora.toml": '[backends.etcd]\nendpoints = ["10.0.0.1:2379"]\n' }, said: `DIR/remora.toml:2:13: Cannot read "DIR/remora.toml": backends.etcd.endpoints: "10.0.0.1:2379" is not a URL
  2 | endpoints = ["10.0.0.1:2379"]
                  ^
  hint: Write scheme, host and port alone: "http://127.0.0.1:2379"` },
  { title: "credentials in an address", files: { "remora.toml": '[backends.consul]\naddress = "http://me:hunter2@127.0.0.1:8500"\n' }, said: `DIR/remora.toml:2:11: Cannot read "DIR/remora.toml": backends.consul.address: an address holds no credentials
  hint: Write scheme, host and port alone: "http://127.0.0.1:2379"` },
  { title: "a blocking query that is too long", files: { "remora.toml": 'backends.consul.wait = "5m"\n' }, said: `DIR/remora.toml:1:24: Cannot read "DIR/remora.toml": backends.consul.wait: "5m" is not between 1s and 60s
  1 | backends.consul.wait = "5m"
                             ^
  hint: Write a number and a unit: "100ms", "2s", "1m30s", "24h"` },
  { title: "an empty list", files: { "remora.toml": "[backends.etcd]\nendpoints = []\n" }, said: `DIR/remora.toml:2:13: Cannot read "DIR/remora.toml": backends.etcd.endpoints: the list is empty
  2 | endpoints = []
                  ^
  hint: Write scheme, host and port alone: "http://127.0.0.1:2379"` },
  { title: "a password and its file", files: { "remora.toml": '[backends.etcd]\nusername = "u"\npassword_file = "p"\npassword = "hunter2"\n' }, said: `DIR/remora.toml:4:12: Cannot read "DIR/remora.toml": backends.etcd.password: backends.etcd.password_file is given as well
  hint: Keep one of the two` },
  { title: "a secret of a wrong type", files: { "remora.toml": "[backends.consul]\ntoken = 12345678\n" }, said: `DIR/remora.toml:2:9: Cannot read "DIR/remora.toml": backends.consul.token: this is not text` },
  { title: "a certificate without its key", files: { "remora.toml": '[backends.consul]\ncert_file = "c.pem"\n' }, said: `DIR/remora.toml:2:13: Cannot read "DIR/remora.toml": backends.consul.cert_file: this needs backends.consul.key_file
  2 | cert_file = "c.pem"
                  ^
  hint: Set backends.consul.key_file` },
  { title: "a prefix in another backend", files: { "remora.toml": 'prefix = "consul:/x"\n' }, said: `DIR/remora.toml:1:10: Cannot read "DIR/remora.toml": prefix: "consul:/x" is not a key
  1 | prefix = "consul:/x"
               ^
  hint: Write a path without a backend's name: "/production"` },
  { title: "a mode as a number", files: { "conf.d/a.toml": `${T}mode = 0o644\n` }, said: `DIR/conf.d/a.toml:4:8: Cannot read "DIR/conf.d/a.toml": mode: 420 is not a mode
  4 | mode = 0o644
             ^
  hint: Write octal digits in quotes: "0644"` },
  { title: "a mode that is no mode", files: { "conf.d/a.toml": `${T}mode = "0888"\n` }, said: `DIR/conf.d/a.toml:4:8: Cannot read "DIR/conf.d/a.toml": mode: "0888" is not a mode
  4 | mode = "0888"
             ^
  hint: Write octal digits in quotes: "0644"` },
  { title: "a missing dest", files: { "conf.d/a.toml": '[template]\nsrc = "a.njk"\n' }, said: `DIR/conf.d/a.toml:1:2: Cannot read "DIR/conf.d/a.toml": key "dest" is missing
  1 | [template]
       ^
  hint: File to write, absolute` },
  { title: "a missing src", files: { "conf.d/a.toml": '[[template]]\ndest = "/t/a"\n' }, said: `DIR/conf.d/a.toml:1:3: Cannot read "DIR/conf.d/a.toml": key "src" is missing
  1 | [[template]]
        ^
  hint: Template file, relative to the templates directory` },
  { title: "a dest that is relative", files: { "conf.d/a.toml": '[template]\nsrc = "a.njk"\ndest = "t/a"\n' }, said: `DIR/conf.d/a.toml:3:8: Cannot read "DIR/conf.d/a.toml": dest: "t/a" is not an absolute path
  3 | dest = "t/a"
             ^
  hint: Begin it with "/"` },
  { title: "a dest that is a directory", files: { "conf.d/a.toml": '[template]\nsrc = "a.njk"\ndest = "/t/a/"\n' }, said: `DIR/conf.d/a.toml:3:8: Cannot read "DIR/conf.d/a.toml": dest: "/t/a/" is a directory
  3 | dest = "/t/a/"
             ^
  hint: Name the file as well` },
  { title: "a src outside of the templates directory", files: { "conf.d/a.toml": '[template]\nsrc = "x/../../a.njk"\ndest = "/t/a"\n' }, said: `DIR/conf.d/a.toml:2:7: Cannot read "DIR/conf.d/a.toml": src: "x/../../a.njk" is outside of the templates directory
  2 | src = "x/../../a.njk"
            ^
  hint: Write it relative to the templates directory, without ..` },
  { title: "a src that is absolute", files: { "conf.d/a.toml": '[template]\nsrc = "/etc/passwd"\ndest = "/t/a"\n' }, said: `DIR/conf.d/a.toml:2:7: Cannot read "DIR/conf.d/a.toml": src: "/etc/passwd" is outside of the templates directory
  2 | src = "/etc/passwd"
            ^
  hint: Write it relative to the templates directory, without ..` },
  { title: "a unit file without a template", files: { "conf.d/a.toml": '[unit]\nreload_cmd = "x"\n' }, said: `DIR/conf.d/a.toml: Cannot read "DIR/conf.d/a.toml": there is no template in it
  hint: A unit has one [template], or [unit] and several [[template]]` },
  { title: "an empty unit file", files: { "conf.d/a.toml": "" }, said: `DIR/conf.d/a.toml: Cannot read "DIR/conf.d/a.toml": there is no template in it
  hint: A unit has one [template], or [unit] and several [[template]]` },
  { title: "a key above its table", files: { "conf.d/a.toml": `reload_cmd = "x"\n${T}` }, said: `DIR/conf.d/a.toml:1:1: Cannot read "DIR/conf.d/a.toml": key "reload_cmd" is not known
  1 | reload_cmd = "x"
      ^
  hint: "reload_cmd" belongs in [template]` },
  { title: "a reload in one of several templates", files: { "conf.d/a.toml": '[unit]\n[[template]]\nsrc = "a.njk"\ndest = "/t/a"\nreload_cmd = "x"\n' }, said: `DIR/conf.d/a.toml:5:1: Cannot read "DIR/conf.d/a.toml": key "reload_cmd" is not known
  5 | reload_cmd = "x"
      ^
  hint: "reload_cmd" belongs in [unit]` },
  { title: "a dest in the unit", files: { "conf.d/a.toml": '[unit]\ndest = "/t/b"\n[[template]]\nsrc = "a.njk"\ndest = "/t/a"\n' }, said: `DIR/conf.d/a.toml:2:1: Cannot read "DIR/conf.d/a.toml": key "dest" is not known
  2 | dest = "/t/b"
      ^
  hint: "dest" belongs in [[template]]` },
  { title: "uid and owner", files: { "conf.d/a.toml": `${T}uid = 0\nowner = "root"\n` }, said: `DIR/conf.d/a.toml:5:9: Cannot read "DIR/conf.d/a.toml": owner: uid is given as well
  5 | owner = "root"
              ^
  hint: Keep one of the two` },
  { title: "an unknown placeholder", files: { "conf.d/a.toml": `${T}check_cmd = "nginx -c {{ scr }}"\n` }, said: `DIR/conf.d/a.toml:4:13: Cannot read "DIR/conf.d/a.toml": check_cmd: placeholder "{{ scr }}" is not known
  4 | check_cmd = "nginx -c {{ scr }}"
                  ^
  hint: Did you mean "src"?` },
  { title: "a Go expression in a command", files: { "conf.d/a.toml": `${T}reload_cmd = ["echo", "{{ base .dest }}"]\n` }, said: `DIR/conf.d/a.toml:4:14: Cannot read "DIR/conf.d/a.toml": reload_cmd: placeholder "{{ base .dest }}" is not known
  4 | reload_cmd = ["echo", "{{ base .dest }}"]
                   ^
  hint: Known: {{ src }}, {{ dest }}, {{ stage }}` },
  { title: "a stage in the reload", files: { "conf.d/a.toml": `${T}reload_cmd = "cp {{ stage }}/a /x"\n` }, said: `DIR/conf.d/a.toml:4:14: Cannot read "DIR/conf.d/a.toml": reload_cmd: there is no {{ stage }} any more when the reload runs
  4 | reload_cmd = "cp {{ stage }}/a /x"
                   ^
  hint: Name the targets themselves` },
  { title: "an empty command", files: { "conf.d/a.toml": `${T}reload_cmd = []\n` }, said: `DIR/conf.d/a.toml:4:14: Cannot read "DIR/conf.d/a.toml": reload_cmd: the command is empty
  4 | reload_cmd = []
                   ^
  hint: Leave the key out when there is nothing to run` },
  { title: "a command that is a number", files: { "conf.d/a.toml": `${T}reload_cmd = 1\n` }, said: `DIR/conf.d/a.toml:4:14: Cannot read "DIR/conf.d/a.toml": reload_cmd: 1 is not a command
  4 | reload_cmd = 1
                   ^
  hint: Write text for the shell, "nginx -s reload", or a list without one, ["nginx", "-s", "reload"]` },
  { title: "one file's check for several", files: { "conf.d/a.toml": '[unit]\ncheck_cmd = "x {{ src }}"\n[[template]]\nsrc = "a.njk"\ndest = "/t/a"\n[[template]]\nsrc = "a.njk"\ndest = "/t/b"\n' }, said: `DIR/conf.d/a.toml:2:13: Cannot read "DIR/conf.d/a.toml": check_cmd: {{ src }} is one file and the unit has several
  2 | check_cmd = "x {{ src }}"
                  ^
  hint: Use {{ stage }}, or put the check_cmd into its [[template]]` },
  { title: "two staged files of one name", files: { "conf.d/a.toml": '[unit]\ncheck_cmd = "x {{ stage }}"\n[[template]]\nsrc = "a.njk"\ndest = "/t/a"\n[[template]]\nsrc = "a.njk"\ndest = "/u/a"\n' }, said: `DIR/conf.d/a.toml:8:8: Cannot read "DIR/conf.d/a.toml": dest: "a" is the name of "/t/a" as well, and {{ stage }} can hold only one of them
  8 | dest = "/u/a"
             ^
  hint: Check each file in its [[template]] with {{ src }}` },
  { title: "an unknown signal", files: { "conf.d/a.toml": `${T}reload_signal = "HPU"\npid_file = "/run/a.pid"\n` }, said: `DIR/conf.d/a.toml:4:17: Cannot read "DIR/conf.d/a.toml": reload_signal: "HPU" is not a signal
  4 | reload_signal = "HPU"
                      ^
  hint: Did you mean "HUP"?` },
  { title: "a signal without a pid file", files: { "conf.d/a.toml": `${T}reload_signal = "HUP"\n` }, said: `DIR/conf.d/a.toml:4:17: Cannot read "DIR/conf.d/a.toml": reload_signal: this needs pid_file
  4 | reload_signal = "HUP"
                      ^
  hint: Set pid_file to the file that holds the process's number` },
  { title: "a pid file without a signal", files: { "conf.d/a.toml": `${T}pid_file = "/run/a.pid"\n` }, said: `DIR/conf.d/a.toml:4:12: Cannot read "DIR/conf.d/a.toml": pid_file: this needs reload_signal
  4 | pid_file = "/run/a.pid"
                 ^
  hint: Set reload_signal, as in "HUP"` },
  { title: "a choice of on_change that is not known", files: { "conf.d/a.toml": `${T}on_change = "restrat"\n` }, said: `DIR/conf.d/a.toml:4:13: Cannot read "DIR/conf.d/a.toml": on_change: "restrat" is not a choice
  4 | on_change = "restrat"
                  ^
  hint: Did you mean "restart"?` },
  { title: "on_change with a signal that is not known", files: { "conf.d/a.toml": `${T}on_change = "signal:HPU"\n` }, said: `DIR/conf.d/a.toml:4:13: Cannot read "DIR/conf.d/a.toml": on_change: "HPU" is not a signal
  4 | on_change = "signal:HPU"
                  ^
  hint: Did you mean "HUP"?` },
  { title: "on_change to reload without a reload", files: { "conf.d/a.toml": `${T}on_change = "reload"\n` }, said: `DIR/conf.d/a.toml:4:13: Cannot read "DIR/conf.d/a.toml": on_change: there is no reload
  4 | on_change = "reload"
                  ^
  hint: Set reload_cmd, or reload_signal and pid_file` },
  { title: "a reload signal and a restart", files: { "conf.d/a.toml": `${T}reload_signal = "HUP"\npid_file = "/run/a.pid"\non_change = "restart"\n` }, said: `DIR/conf.d/a.toml:6:13: Cannot read "DIR/conf.d/a.toml": on_change: reload_signal is given as well
  6 | on_change = "restart"
                  ^
  hint: Keep one of the two` },
  { title: "a reload command and a signal", files: { "conf.d/a.toml": `${T}reload_cmd = "x"\nreload_signal = "HUP"\npid_file = "/run/a.pid"\n` }, said: `DIR/conf.d/a.toml:5:17: Cannot read "DIR/conf.d/a.toml": reload_signal: reload_cmd is given as well
  5 | reload_signal = "HUP"
                      ^
  hint: Keep one of the two` },
  { title: "a unit of an unknown backend", files: { "conf.d/a.toml": `${T}backend = "etdc"\n` }, said: `DIR/conf.d/a.toml:4:11: Cannot read "DIR/conf.d/a.toml": backend: "etdc" is not a backend
  4 | backend = "etdc"
                ^
  hint: Did you mean "etcd"?` },
  { title: "a key of an unknown backend", files: { "conf.d/a.toml": `${T}keys = [\n  "/a",\n  "cosnul:/b",\n]\n` }, said: `DIR/conf.d/a.toml:6:3: Cannot read "DIR/conf.d/a.toml": keys: backend "cosnul" of "cosnul:/b" is not known
  6 |   "cosnul:/b",
        ^
  hint: Did you mean "consul"?` },
  { title: "a key without its slash", files: { "conf.d/a.toml": `${T}keys = ["consul:b"]\n` }, said: `DIR/conf.d/a.toml:4:9: Cannot read "DIR/conf.d/a.toml": keys: "consul:b" is not a key
  4 | keys = ["consul:b"]
              ^
  hint: Write "consul:/b"` },
  { title: "keys that are no list", files: { "conf.d/a.toml": `${T}keys = "/a"\n` }, said: `DIR/conf.d/a.toml:4:8: Cannot read "DIR/conf.d/a.toml": keys: "/a" is not a list
  4 | keys = "/a"
             ^
  hint: Write a list in brackets: ["/a"]` },
  { title: "an unknown choice", files: { "conf.d/a.toml": `${T}on_reload_failure = "rolback"\n` }, said: `DIR/conf.d/a.toml:4:21: Cannot read "DIR/conf.d/a.toml": on_reload_failure: "rolback" is not a choice
  4 | on_reload_failure = "rolback"
                          ^
  hint: Did you mean "rollback"?` },
  { title: "two units with one target", files: { "conf.d/a.toml": T, "conf.d/b/c.toml": '\n[template]\nsrc = "b.njk"\ndest = "/t//x/../a"\n' }, said: `DIR/conf.d/b/c.toml:4:8: Cannot read "DIR/conf.d/b/c.toml": dest: "/t/a" is the target of DIR/conf.d/a.toml:3 as well
  4 | dest = "/t//x/../a"
             ^
  hint: Each target belongs to one template` },
  { title: "two templates of a unit with one target", files: { "conf.d/a.toml": '[[template]]\nsrc = "a.njk"\ndest = "/t/a"\n[[template]]\nsrc = "b.njk"\ndest = "/t/a"\n' }, said: `DIR/conf.d/a.toml:6:8: Cannot read "DIR/conf.d/a.toml": dest: "/t/a" is the target of DIR/conf.d/a.toml:3 as well
  6 | dest = "/t/a"
             ^
  hint: Each target belongs to one template` },
  { title: "several problems in several files", files: { "remora.toml": 'bakend = "etcd"\n', "conf.d/a.toml": `${T}mode = "rw"\nrelaod_cmd = "x"\n`, "conf.d/b.toml": "[template\n" }, said: `4 problems in the configuration
DIR/remora.toml:1:1: Cannot read "DIR/remora.toml": key "bakend" is not known
  1 | bakend = "etcd"
      ^
  hint: Did you mean "backend"?
DIR/conf.d/a.toml:4:8: Cannot read "DIR/conf.d/a.toml": mode: "rw" is not a mode
  4 | mode = "rw"
             ^
  hint: Write octal digits in quotes: "0644"
DIR/conf.d/a.toml:5:1: Cannot read "DIR/conf.d/a.toml": key "relaod_cmd" is not known
  5 | relaod_cmd = "x"
      ^
  hint: Did you mean "reload_cmd"?
DIR/conf.d/b.toml:1:10: Cannot read "DIR/conf.d/b.toml": illegal character in key
  1 | [template
               ^
  hint: Write name = "value", or [table]; a name with other characters than letters, digits, - and _ stands in quotes` },
];
