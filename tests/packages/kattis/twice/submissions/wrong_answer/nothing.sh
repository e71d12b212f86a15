read n
