FORBIDDEN = {"max"}
