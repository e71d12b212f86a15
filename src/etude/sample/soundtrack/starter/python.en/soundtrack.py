def read_tracks(file_name):
    """Return the list of pieces: each one is a list [title, name, duration]."""
    tracks = []
    with open(file_name, encoding="utf-8") as file:
        for line in file:
            tracks.append(line.strip().split(";"))
    return tracks


def in_seconds(duration):
    """Turn "3:05" into 185."""
    # Your turn.
    return 0


name = input()
for track in read_tracks("tracks.txt"):
    print(track)
