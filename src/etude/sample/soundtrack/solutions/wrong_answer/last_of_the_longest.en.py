def read_tracks(file_name):
    tracks = []
    with open(file_name, encoding="utf-8") as file:
        for line in file:
            if line.strip():
                tracks.append(line.strip().split(";"))
    return tracks


def in_seconds(duration):
    minutes, seconds = duration.split(":")
    return int(minutes) * 60 + int(seconds)


def longest_title(tracks):
    best_title, best_seconds = "", -1
    for title, _, duration in tracks:
        if in_seconds(duration) >= best_seconds:
            best_title, best_seconds = title, in_seconds(duration)
    return best_title


wanted = input()
chosen = [track for track in read_tracks("tracks.txt") if track[1] == wanted]
print(len(chosen))
if chosen:
    total = sum(in_seconds(track[2]) for track in chosen)
    print(total // 60, "min", total % 60, "s")
    print(longest_title(chosen))
