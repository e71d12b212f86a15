class Slow { static void Main() { while (true) { } } }
