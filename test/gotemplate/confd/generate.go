// Fills in what confd gives for each template of cases.json. To add a case add {"template": "..."} to that file and run, in
// this folder: go run .
// The functions are thin wrappers of Go's standard library, written after what was measured of confd 0.41.1; the store, the
// environment and the other files of the templates directory are in cases.json.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"text/template"
	"unicode"
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

func functionsOf(store memkv.Store) template.FuncMap {
	return template.FuncMap{
		"exists": store.Exists, "get": store.Get, "getv": store.GetValue, "gets": store.GetAll, "getvs": store.GetAllValues, "ls": store.List, "lsdir": store.ListDir,
		"base": path.Base, "dir": path.Dir, "split": strings.Split, "join": strings.Join, "toUpper": strings.ToUpper, "toLower": strings.ToLower,
		"contains": strings.Contains, "replace": strings.Replace, "trimSuffix": strings.TrimSuffix, "trimPrefix": strings.TrimPrefix,
		"parseBool": strconv.ParseBool, "atoi": strconv.Atoi, "fileExists": func(name string) bool { _, err := os.Stat(name); return err == nil },
		"json": func(text string) (map[string]any, error) {
			var value map[string]any
			err := json.Unmarshal([]byte(text), &value)
			return value, err
		},
		"jsonArray": func(text string) ([]any, error) {
			var value []any
			err := json.Unmarshal([]byte(text), &value)
			return value, err
		},
		"fromJson": func(text string) (any, error) {
			var value any
			err := json.Unmarshal([]byte(text), &value)
			return value, err
		},
		"toJson": func(value any) (string, error) { made, err := json.Marshal(value); return string(made), err },
		"toPrettyJson": func(value any) (string, error) {
			made, err := json.MarshalIndent(value, "", "  ")
			return string(made), err
		},
		"base64Encode": func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) },
		"base64Decode": func(text string) (string, error) {
			made, err := base64.StdEncoding.DecodeString(text)
			return string(made), err
		},
		"sha256sum": func(text string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(text))) },
		"map":       mapOf, "dict": mapOf, "list": func(values ...any) []any { return values },
		"getenv": func(name string, defaults ...string) string {
			if value := os.Getenv(name); value != "" || len(defaults) == 0 {
				return value
			}
			return defaults[0]
		},
		"add": func(a, b int) int { return a + b }, "sub": func(a, b int) int { return a - b }, "mul": func(a, b int) int { return a * b },
		"div": func(a, b int) (int, error) {
			if b == 0 {
				return 0, errors.New("division by zero")
			}
			return a / b, nil
		},
		"mod": func(a, b int) (int, error) {
			if b == 0 {
				return 0, errors.New("modulo by zero")
			}
			return a % b, nil
		},
		"seq": sequence, "reverse": reverse,
		"sortByLength": func(values []string) []string {
			sort.Sort(byLength[string]{values, func(s string) int { return len(s) }})
			return values
		},
		"sortKVByLength": func(values []memkv.KVPair) []memkv.KVPair {
			sort.Sort(byLength[memkv.KVPair]{values, func(p memkv.KVPair) int { return len(p.Key) }})
			return values
		},
		"default": func(otherwise, value any) any {
			if isEmpty(value) {
				return otherwise
			}
			return value
		},
		"empty": isEmpty,
		"ternary": func(yes, no any, condition bool) any {
			if condition {
				return yes
			}
			return no
		},
		"coalesce": func(values ...any) any {
			if at := slices.IndexFunc(values, func(value any) bool { return !isEmpty(value) }); at >= 0 {
				return values[at]
			}
			return nil
		},
		"indent": indent, "nindent": func(spaces int, text string) string { return "\n" + indent(spaces, text) },
		"quote": func(text string) string { return fmt.Sprintf("%q", text) }, "squote": func(text string) string { return "'" + text + "'" },
		"repeat": func(times int, text string) string { return strings.Repeat(text, times) },
		"nospace": func(text string) string {
			return strings.Map(func(r rune) rune {
				if unicode.IsSpace(r) {
					return -1
				}
				return r
			}, text)
		},
		"regexMatch": func(pattern, text string) (bool, error) { return regexp.MatchString(pattern, text) },
		"regexFind": func(pattern, text string) (string, error) {
			compiled, err := regexp.Compile(pattern)
			if err != nil {
				return "", err
			}
			return compiled.FindString(text), nil
		},
		"regexReplaceAll": func(pattern, text, replacement string) (string, error) {
			compiled, err := regexp.Compile(pattern)
			if err != nil {
				return "", err
			}
			return compiled.ReplaceAllString(text, replacement), nil
		},
		"snakecase": func(text string) string { return strings.ToLower(strings.Join(words(text), "_")) },
		"kebabcase": func(text string) string { return strings.ToLower(strings.Join(words(text), "-")) },
		"camelcase": func(text string) string {
			var made strings.Builder
			for i, word := range words(text) {
				if i == 0 {
					made.WriteString(strings.ToLower(word))
				} else {
					made.WriteString(strings.ToUpper(word[:1]) + strings.ToLower(word[1:]))
				}
			}
			return made.String()
		},
		"hasKey": func(values map[string]any, key string) bool { _, found := values[key]; return found },
		"keys":   keysOf,
		"values": func(values map[string]any) []any {
			made := []any{}
			for _, key := range keysOf(values) {
				made = append(made, values[key])
			}
			return made
		},
		"append": func(values []any, value any) []any { return append(slices.Clip(values), value) },
		"pluck": func(key string, maps ...map[string]any) []any {
			made := []any{}
			for _, values := range maps {
				if value, found := values[key]; found {
					made = append(made, value)
				}
			}
			return made
		},
	}
}

func mapOf(values ...any) (map[string]any, error) {
	if len(values)%2 != 0 {
		return nil, errors.New("invalid map call")
	}
	made := map[string]any{}
	for i := 0; i < len(values); i += 2 {
		key, isText := values[i].(string)
		if !isText {
			return nil, errors.New("map keys must be strings")
		}
		made[key] = values[i+1]
	}
	return made, nil
}

func keysOf(values map[string]any) []string {
	made := []string{}
	for key := range values {
		made = append(made, key)
	}
	sort.Strings(made)
	return made
}

func sequence(first, last int) []int {
	made := []int{}
	for i := first; i != last; {
		made = append(made, i)
		if last > first {
			i++
		} else {
			i--
		}
	}
	return append(made, last)
}

func reverse(values any) any {
	switch list := values.(type) {
	case []string:
		made := slices.Clone(list)
		slices.Reverse(made)
		return made
	case []memkv.KVPair:
		made := slices.Clone(list)
		slices.Reverse(made)
		return made
	}
	return values
}

type byLength[T any] struct {
	values []T
	length func(T) int
}

func (s byLength[T]) Len() int           { return len(s.values) }
func (s byLength[T]) Swap(i, j int)      { s.values[i], s.values[j] = s.values[j], s.values[i] }
func (s byLength[T]) Less(i, j int) bool { return s.length(s.values[i]) < s.length(s.values[j]) }

func isEmpty(value any) bool {
	if value == nil {
		return true
	}
	of := reflect.ValueOf(value)
	switch of.Kind() {
	case reflect.String, reflect.Array, reflect.Slice, reflect.Map:
		return of.Len() == 0
	case reflect.Struct:
		return false
	}
	return of.IsZero()
}

func indent(spaces int, text string) string {
	if text == "" {
		return ""
	}
	pad := strings.Repeat(" ", spaces)
	return pad + strings.ReplaceAll(text, "\n", "\n"+pad)
}

// A word ends at "_", "-" and " ", before a capital that follows something else, and before the last of several capitals.
func words(text string) []string {
	runes := []rune(text)
	made := []string{}
	word := []rune{}
	end := func() {
		if len(word) > 0 {
			made = append(made, string(word))
		}
		word = nil
	}
	for i, char := range runes {
		if char == '_' || char == '-' || char == ' ' {
			end()
			continue
		}
		if unicode.IsUpper(char) && len(word) > 0 && (i+1 < len(runes) && unicode.IsLower(runes[i+1]) || !unicode.IsUpper(runes[i-1])) {
			end()
		}
		word = append(word, char)
	}
	end()
	return made
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
