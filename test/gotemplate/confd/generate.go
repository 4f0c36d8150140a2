// Fills in what confd gives for each template of cases.json. To add a case add {"template": "..."} to that file and run, in
// this folder: go run .
// The functions are thin wrappers of Go's standard library, written after what was measured of confd 0.41.1; the store, the
// environment and the other files of the templates directory are in cases.json.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/template"
	"unicode/utf8"

	"confd.test/memkv"
)

type Case struct {
	Template string `json:"template"`
	Output   string `json:"output,omitempty"`
	Bytes    string `json:"bytes,omitempty"`
	Error    string `json:"error,omitempty"`
}

type Corpus struct {
	Keys  map[string]string `json:"keys"`
	Env   map[string]string `json:"env"`
	Files map[string]string `json:"files"`
	Cases []Case            `json:"cases"`
}

func main() {
	raw, err := os.ReadFile("cases.json")
	check(err)
	var corpus Corpus
	check(json.Unmarshal(raw, &corpus))
	for name, value := range corpus.Env {
		os.Setenv(name, value)
	}
	directory, err := os.MkdirTemp("", "templates")
	check(err)
	defer os.RemoveAll(directory)
	for name, text := range corpus.Files {
		check(os.MkdirAll(filepath.Dir(filepath.Join(directory, name)), 0o755))
		check(os.WriteFile(filepath.Join(directory, name), []byte(text), 0o644))
	}
	for i := range corpus.Cases {
		corpus.Cases[i] = run(corpus.Cases[i].Template, corpus.Keys, directory)
	}
	write(corpus)
	renderConfdir()
}

func run(text string, keys map[string]string, directory string) Case {
	result := Case{Template: text}
	functions := functionsOf(memkv.Store(keys))
	functions["include"] = includer(directory, functions)
	parsed, err := template.New("main.tmpl").Funcs(functions).Parse(text)
	if err != nil {
		result.Error = err.Error()
		return result
	}
	var out bytes.Buffer
	if err := parsed.Execute(&out, nil); err != nil {
		result.Error = strings.ReplaceAll(err.Error(), directory, "$DIR")
	} else if utf8.Valid(out.Bytes()) {
		result.Output = out.String()
	} else {
		result.Bytes = base64.StdEncoding.EncodeToString(out.Bytes())
	}
	return result
}

func includer(directory string, functions template.FuncMap) func(string, ...any) (string, error) {
	including := []string{}
	return func(name string, data ...any) (string, error) {
		file := filepath.Join(directory, name)
		if relative, err := filepath.Rel(directory, file); err != nil || strings.HasPrefix(relative, ".") {
			return "", fmt.Errorf("include path %q is outside template directory", name)
		}
		if slices.Contains(including, file) {
			return "", fmt.Errorf("include cycle detected: %s is already being processed", file)
		}
		if len(including) >= 10 {
			return "", fmt.Errorf("maximum include depth (%d) exceeded", 10)
		}
		including = append(including, file)
		defer func() { including = including[:len(including)-1] }()
		text, err := os.ReadFile(file)
		if err != nil {
			return "", fmt.Errorf("include %s: %w", name, err)
		}
		parsed, err := template.New(filepath.Base(file)).Funcs(functions).Parse(string(text))
		if err != nil {
			return "", fmt.Errorf("parse include %s: %w", name, err)
		}
		var dot any
		if len(data) > 0 {
			dot = data[0]
		}
		var out bytes.Buffer
		if err := parsed.Execute(&out, dot); err != nil {
			return "", fmt.Errorf("execute include %s: %w", name, err)
		}
		return out.String(), nil
	}
}

func write(corpus Corpus) {
	var out bytes.Buffer
	line := func(value any) string {
		var made bytes.Buffer
		encoder := json.NewEncoder(&made)
		encoder.SetEscapeHTML(false)
		check(encoder.Encode(value))
		return strings.TrimSpace(made.String())
	}
	fmt.Fprintf(&out, "{\n  \"keys\": %s,\n  \"env\": %s,\n  \"files\": %s,\n  \"cases\": [\n", line(corpus.Keys), line(corpus.Env), line(corpus.Files))
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
