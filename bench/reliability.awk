# Makes of the report's lines (tests/KestrelRaw.Hostile.Tests/Runs/Report.cs) a table for each group, a row for each case.
BEGIN { FS = "\t"; split("Epoll Sockets Threads", kinds, " ") }

{
  key = $1 FS $2 FS $3
  if (!(key in seen)) { seen[key] = 1; order[++cases] = key }
  if (!($1 in groups)) { groups[$1] = 1; group_order[++group_count] = $1 }
  saw[key, $4] = $5; outcomes[key, $4] = $6; good[key, $4] = $7; failures[key, $4] = $8
  slowest[key, $4] = $9; recovery[key, $4] = $10; megabytes[key, $4] = $11
}

# What is the same on all transports once, else by transport.
function merged(values, key,    i, text, first, all_same, any) {
  all_same = 1; any = 0
  for (i = 1; i <= 3; i++) if ((key, kinds[i]) in values) {
    if (!any) { first = values[key, kinds[i]]; any = 1 } else if (values[key, kinds[i]] != first) all_same = 0
  }
  if (all_same) return first
  for (i = 1; i <= 3; i++) if ((key, kinds[i]) in values) text = text (text == "" ? "" : "; ") kinds[i] ": " values[key, kinds[i]]
  return text
}

# By transport, in milliseconds.
function each(values, key,    i, text) {
  for (i = 1; i <= 3; i++) if ((key, kinds[i]) in values)
    text = text (text == "" ? "" : " / ") (good[key, kinds[i]] == 0 && values[key, kinds[i]] + 0 == 0 ? "-" : values[key, kinds[i]])
  return text
}

function stock(key,    answers) {
  if (!((key, "Stock") in saw)) return "- | - | -"
  if (good[key, "Stock"] + failures[key, "Stock"] == 0) return saw[key, "Stock"] " | - | -"
  answers = slowest[key, "Stock"] (failures[key, "Stock"] > 0 ? " (" failures[key, "Stock"] " of " good[key, "Stock"] + failures[key, "Stock"] " without an answer)" : "")
  return saw[key, "Stock"] " | " answers " | " (recovery[key, "Stock"] == "" ? "never" : recovery[key, "Stock"])
}

END {
  for (g = 1; g <= group_count; g++) {
    printf "\n### %s\n\n", group_order[g]
    print "| case | clients saw | outcomes | good client, slowest, ms | as before after, ms | more resident, MB | stock Kestrel: clients saw | good client, slowest, ms | as before after, ms |"
    print "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    for (c = 1; c <= cases; c++) {
      split(order[c], part, FS)
      if (part[1] != group_order[g]) continue
      key = order[c]
      printf "| **%s**: %s | %s | %s | %s | %s | %s | %s |\n", part[2], part[3], merged(saw, key), merged(outcomes, key), each(slowest, key), each(recovery, key), each(megabytes, key), stock(key)
    }
  }
}
