class Slow { static void Main() { for (;;); } }
