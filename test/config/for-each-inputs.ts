import type { BadInput } from "./bad-inputs.ts";

const T = (dest: string, more: string) => ({ "conf.d/a.toml": `[template]\nsrc = "a.njk"\ndest = "${dest}"\n${more}` });

/** Each way in which for_each and what belongs to it can be wrong. */
export const FOR_EACH_INPUTS: readonly BadInput[] = [
  { title: "a dest that is one file for several items", files: T("/t/a", 'for_each = "/v/*"\n'), said: `DIR/conf.d/a.toml:3:8: Cannot read "DIR/conf.d/a.toml": dest: "/t/a" is one file and for_each makes several
  3 | dest = "/t/a"
             ^
  hint: Name the item in it: "/t/{{ item.name }}.conf"` },
  { title: "an item without for_each", files: T("/t/{{ item.name }}", ""), said: `DIR/conf.d/a.toml:3:8: Cannot read "DIR/conf.d/a.toml": dest: there is no item
  3 | dest = "/t/{{ item.name }}"
             ^
  hint: Set for_each, as in "/vhosts/*"` },
  { title: "an item in the folder's name", files: T("/t/{{ item.name }}/a", 'for_each = "/v/*"\n'), said: `DIR/conf.d/a.toml:3:8: Cannot read "DIR/conf.d/a.toml": dest: the item is in the folder's name
  3 | dest = "/t/{{ item.name }}/a"
             ^
  hint: Name it in the file's name: all items of a template share a folder` },
  { title: "another expression in dest", files: T("/t/{{ item.name }}{{ b }}", 'for_each = "/v/*"\n'), said: `DIR/conf.d/a.toml:3:8: Cannot read "DIR/conf.d/a.toml": dest: "{{ item.name }}{{ b }}" holds more than fields of the item
  3 | dest = "/t/{{ item.name }}{{ b }}"
             ^
  hint: Write {{ item.name }}, or another field: {{ item.id }}` },
  { title: "for_each of one key", files: T("/t/{{ item.name }}", 'for_each = "/v"\n'), said: `DIR/conf.d/a.toml:4:12: Cannot read "DIR/conf.d/a.toml": for_each: "/v" names one key
  4 | for_each = "/v"
                 ^
  hint: Write "/v/*"` },
  { title: "for_each of an unknown backend", files: T("/t/{{ item.name }}", 'for_each = "cosnul:/v/*"\n'), said: `DIR/conf.d/a.toml:4:12: Cannot read "DIR/conf.d/a.toml": for_each: backend "cosnul" of "cosnul:/v/*" is not known
  4 | for_each = "cosnul:/v/*"
                 ^
  hint: Did you mean "consul"?` },
  { title: "a reload of one file for several items", files: T("/t/{{ item.name }}", 'for_each = "/v/*"\nreload_cmd = "cat {{ dest }}"\n'), said: `DIR/conf.d/a.toml:5:14: Cannot read "DIR/conf.d/a.toml": reload_cmd: {{ dest }} is one file and for_each makes several
  5 | reload_cmd = "cat {{ dest }}"
                   ^
  hint: Name the folder: "/t"` },
  { title: "two folders of one name in the stage", files: { "conf.d/a.toml": '[unit]\ncheck_cmd = "x {{ stage }}"\n[[template]]\nsrc = "a.njk"\ndest = "/t/d/{{ item.name }}"\nfor_each = "/v/*"\n[[template]]\nsrc = "a.njk"\ndest = "/u/d"\n' }, said: `DIR/conf.d/a.toml:5:8: Cannot read "DIR/conf.d/a.toml": dest: {{ stage }} holds its files in "d", and "/u/d" would be there as well
  5 | dest = "/t/d/{{ item.name }}"
             ^
  hint: Check each file in its [[template]] with {{ src }}` },
];
