[[ define "server" ]]  server [[ .Address ]]:[[ .Port ]];
[[ end -]]
[[ range service "v2.web" -]]
upstream [[ .ID ]] {
[[ template "server" . ]]}
[[ end -]]
upstream all {
[[ range service "web|any" ]][[ template "server" . ]][[ end ]]}
