import sys
from measure import share
value = share(open(sys.argv[2]).read(), sys.stdin.read())
if value is None:
    sys.exit(43)
open(sys.argv[3] + "score_multiplier.txt", "w").write(f"{value:.3f}\n")
open(sys.argv[3] + "teammessage.txt", "w").write("so near")
sys.exit(42)
