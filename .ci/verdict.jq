# The verdict of `cargo course check --json` as Markdown, for the summary of a run. What a server said is the
# student's: it is escaped, in a block that it cannot end.
def text: gsub("\\s+"; " ") | @html | gsub("\\|"; "&#124;");
def block: "<pre>" + @html + "</pre>";
def failure:
  "<details><summary>" + (.line | text) + "</summary>\n\n"
  + "asked\n" + (.asked | block) + "\n\ncame\n" + (.came | block) + "\n\nexpected\n" + (.expected | block)
  + "\n\nRead more: " + (.page | text) + "\n\n</details>\n";

"## \(.exercise)\n",
if .compiles then
  "| task | | points |\n| --- | --- | ---: |",
  (.tasks[] | "| \(.title | text) | \(if .passed then "passed" else "not yet" end) | \(if .passed then .points else 0 end) of \(.points) |"),
  "",
  (.tasks[].tests[].said // empty | failure)
else
  "It does not compile yet. The compiler's words are in the log of the run.\n"
end
