package main

import (
	"encoding/json"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"confd.test/memkv"
)

// Renders each resource of confdir/ as confd does, before and after the changes.
func renderConfdir() {
	keys, changes := map[string]string{}, map[string]*string{}
	read("confdir/keys.json", &keys)
	read("confdir/changes.json", &changes)
	renderResources(keys, "confdir/outputs.json")
	for key, value := range changes {
		delete(keys, key)
		if value != nil {
			keys[key] = *value
		}
	}
	renderResources(keys, "confdir/outputs-changed.json")
}

// A resource sees the keys below its prefix that are among its own.
func renderResources(all map[string]string, into string) {
	resources, err := filepath.Glob("confdir/conf.d/*.toml")
	check(err)
	outputs := map[string]string{}
	for _, file := range resources {
		toml, err := os.ReadFile(file)
		check(err)
		src := setting(string(toml), "src")
		text, err := os.ReadFile("confdir/templates/" + src)
		check(err)
		store := memkv.Store{}
		for _, wanted := range regexp.MustCompile(`"([^"]*)"`).FindAllStringSubmatch(regexp.MustCompile(`(?m)^keys = (.*)$`).FindString(string(toml)), -1) {
			for key, value := range all {
				if strings.HasPrefix(key, path.Join(setting(string(toml), "prefix"), wanted[1])) {
					store[path.Join("/", strings.TrimPrefix(key, setting(string(toml), "prefix")))] = value
				}
			}
		}
		result := run(string(text), store, "confdir/templates")
		if result.Error != "" {
			panic(file + ": " + result.Error)
		}
		outputs[path.Base(setting(string(toml), "dest"))] = result.Output
	}
	made, err := json.MarshalIndent(outputs, "", "  ")
	check(err)
	check(os.WriteFile(into, append(made, '\n'), 0o644))
}

func read(file string, into any) {
	raw, err := os.ReadFile(file)
	check(err)
	check(json.Unmarshal(raw, into))
}

func setting(toml, name string) string {
	return regexp.MustCompile(`(?m)^` + name + ` = "(.*)"$`).FindStringSubmatch(toml)[1]
}
