wanted = input()
count = total = longest = 0
title = ""
for line in open("morceaux.txt", encoding="utf-8"):
    fields = line.strip().split(";")
    if len(fields) == 3 and fields[1] == wanted:
        minutes, seconds = fields[2].split(":")
        duration = int(minutes) * 60 + int(seconds)
        count += 1
        total += duration
        if duration > longest:
            title, longest = fields[0], duration
print(count)
if count > 0:
    print(total // 60, "min", total % 60, "s")
    print(title)
