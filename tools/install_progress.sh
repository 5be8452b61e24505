#!/bin/sh
# How far pip is, in a line: `install_progress.sh LOG SITE_PACKAGES BEGAN`, BEGAN being a file made when pip began.
set -eu
log=$1 packages=$2 began=$3
installed=$(find "$packages" -maxdepth 1 -name '*.dist-info' -newer "$began" 2>/dev/null | wc -l)
awk -v installed="$installed" '
    /^(Collecting|Processing) / { found++; name = size = "" }
    /^Processing / { name = $2 }
    /^ +(Downloading|Using cached) / && !/\.metadata/ { name = $(NF - 2); size = " " $(NF - 1) " " $NF }
    /^Installing collected packages: / { total = NF - 3 }
    /^Successfully installed / { total = 0; found = 0; name = "" }
    END {
        sub(/.*\//, "", name)
        split(name, part, "-")
        if (total) printf "  %d of %d packages installed\n", installed < total ? installed : total, total
        else if (found) printf "  packages found: %d%s\n", found, name ? "; fetching " part[1] " " part[2] size : ""
    }' "$log"
