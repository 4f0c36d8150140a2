package main

import (
	"errors"
	"reflect"
	"slices"
	"sort"
	"strings"
	"unicode"

	"confd.test/memkv"
)

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
