# A line for each test file, and before one that failed what it said from its first failure on; in the end what
# was said behind the last file, where the run failed (-v status) or never came to its sums, and what processes wrote
# past TAP: nobody knows which file's. At most 60 lines each.
/^#/ { print; if (/^# { total:/) summed = 1; next }
/^ok/ { keepStrays(); count = 0; diagnosing = 0; print; next }
/^not ok/ { tell(); print; count = 0; diagnosing = 1; next }
diagnosing && /^  / { print; if (/^  \.\.\.$/) diagnosing = 0; next }
{ said[++count] = $0 }
END {
  if (!status && summed) exit
  tell()
  for (i = strayed > 60 ? strayed - 59 : 1; i <= strayed; i++) print "stray: " strays[i]
}

function keepStrays(   i) {
  for (i = 1; i <= count; i++) if (said[i] ~ /^[^ >]/ && said[i] !~ /^(TAP|[0-9]+\.\.)/) strays[++strayed] = said[i]
}

function tell(   first, i) {
  # Where nothing failed by itself, a crash or a time-out did: its last words.
  first = count > 40 ? count - 40 : 1
  for (i = count; i > 0; i--) if (said[i] ~ /^ +not ok/) first = i
  for (i = first; i <= count && i < first + 60; i++) print said[i]
}
