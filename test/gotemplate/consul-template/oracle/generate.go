// Fills in what consul-template gives for each template of cases.json: its own template package, with the keys and the services
// that are in that file in place of a Consul. To add a case add {"template": "..."} to it and run, in this folder: go mod tidy && go run .
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/consul-template/dependency"
	"github.com/hashicorp/consul-template/template"
)

type Case struct {
	Template string `json:"template"`
	Output   string `json:"output,omitempty"`
	Bytes    string `json:"bytes,omitempty"`
	Error    string `json:"error,omitempty"`
}

type Corpus struct {
	Keys     map[string]string           `json:"keys"`
	Env      map[string]string           `json:"env"`
	Services []*dependency.HealthService `json:"services"`
	raw      json.RawMessage
	Cases    []Case `json:"cases"`
}

const mostPasses = 10

func main() {
	raw, err := os.ReadFile("cases.json")
	check(err)
	var corpus Corpus
	check(json.Unmarshal(raw, &corpus))
	var asWritten struct {
		Services json.RawMessage `json:"services"`
	}
	check(json.Unmarshal(raw, &asWritten))
	corpus.raw = asWritten.Services
	for name, value := range corpus.Env {
		os.Setenv(name, value)
	}
	for i := range corpus.Cases {
		corpus.Cases[i] = corpus.run(corpus.Cases[i].Template)
	}
	write(corpus)
}

// What a template comes to once everything that it asked for was brought, as the program does it pass by pass.
func (corpus Corpus) run(text string) Case {
	result := Case{Template: text}
	made, err := template.NewTemplate(&template.NewTemplateInput{Contents: text})
	check(err)
	brain := template.NewBrain()
	corpus.bring(brain, text)
	for pass := 0; pass < mostPasses; pass++ {
		rendered, err := made.Execute(&template.ExecuteInput{Brain: brain})
		if err != nil {
			result.Error = err.Error()
			return result
		}
		if rendered.Missing.Len() > 0 {
			for _, wanted := range rendered.Missing.List() {
				brain.Remember(wanted, corpus.answer(wanted.String()))
			}
			continue
		}
		if utf8.Valid(rendered.Output) {
			result.Output = string(rendered.Output)
		} else {
			result.Bytes = base64.StdEncoding.EncodeToString(rendered.Output)
		}
		return result
	}
	panic("it never comes to an end: " + text)
}

var written = regexp.MustCompile(`\b(key|keyOrDefault|keyExists|s?a?f?e?[lL]s|s?a?f?e?[tT]ree|service) "([^"]+)"(?: "([a-z]+)")?`)

// What a template names is there before its first pass, which would else be made of empty lists.
func (corpus Corpus) bring(brain *template.Brain, text string) {
	for _, call := range written.FindAllStringSubmatch(text, -1) {
		var wanted []dependency.Dependency
		add := func(one dependency.Dependency, err error) {
			if err == nil {
				wanted = append(wanted, one)
			}
		}
		switch strings.ToLower(call[1]) {
		case "key":
			one, err := dependency.NewKVGetQuery(call[2])
			if err == nil {
				one.EnableBlocking()
			}
			add(one, err)
		case "keyordefault", "keyexists":
			one, err := dependency.NewKVGetQuery(call[2])
			add(one, err)
		case "service":
			filter := ""
			if call[3] != "" {
				filter = "|" + call[3]
			}
			one, err := dependency.NewHealthServiceQuery(call[2] + filter)
			add(one, err)
		default:
			one, err := dependency.NewKVListQuery(call[2])
			add(one, err)
		}
		for _, one := range wanted {
			brain.Remember(one, corpus.answer(one.String()))
		}
	}
}

var query = regexp.MustCompile(`^([a-z.]+)(?:\((.*)\))?$`)

func (corpus Corpus) answer(wanted string) interface{} {
	found := query.FindStringSubmatch(wanted)
	switch found[1] {
	case "kv.block", "kv.get":
		if value, ok := corpus.Keys["/"+found[2]]; ok {
			return value
		}
		return nil
	case "kv.list":
		return corpus.list(found[2])
	case "health.service":
		return corpus.health(found[2])
	}
	panic("nothing is known of " + wanted)
}

func (corpus Corpus) list(prefix string) []*dependency.KeyPair {
	pairs := []*dependency.KeyPair{}
	for path, value := range corpus.Keys {
		if strings.HasPrefix(path[1:], prefix) {
			key := strings.TrimLeft(strings.TrimPrefix(path[1:], prefix), "/")
			pairs = append(pairs, &dependency.KeyPair{Path: path[1:], Key: key, Value: value, ModifyIndex: 1})
		}
	}
	sort.Slice(pairs, func(a, b int) bool { return pairs[a].Path < pairs[b].Path })
	return pairs
}

var healthQuery = regexp.MustCompile(`^(?:(.+)\.)?([^|.]+)(?:\|(.*))?$`)

func (corpus Corpus) health(wanted string) []*dependency.HealthService {
	found := healthQuery.FindStringSubmatch(wanted)
	list := []*dependency.HealthService{}
	for _, one := range corpus.Services {
		isTagged := found[1] == "" || strings.Contains(","+strings.Join(one.Tags, ",")+",", ","+found[1]+",")
		isWanted := strings.Contains(","+found[3]+",", ","+one.Status+",") || found[3] == "any"
		if one.Name == found[2] && isTagged && isWanted {
			list = append(list, one)
		}
	}
	return list
}

func write(corpus Corpus) {
	var out bytes.Buffer
	line := func(value interface{}) string {
		var made bytes.Buffer
		encoder := json.NewEncoder(&made)
		encoder.SetEscapeHTML(false)
		check(encoder.Encode(value))
		return strings.TrimSpace(made.String())
	}
	var services bytes.Buffer
	check(json.Compact(&services, corpus.raw))
	fmt.Fprintf(&out, "{\n  \"keys\": %s,\n  \"env\": %s,\n  \"services\": %s,\n  \"cases\": [\n", line(corpus.Keys), line(corpus.Env), services.String())
	for i, each := range corpus.Cases {
		comma := ","
		if i == len(corpus.Cases)-1 {
			comma = ""
		}
		out.WriteString("    " + line(each) + comma + "\n")
	}
	out.WriteString("  ]\n}\n")
	check(os.WriteFile("cases.json", out.Bytes(), 0o644))
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
