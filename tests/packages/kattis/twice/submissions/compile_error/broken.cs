class A { static void Main() { x(); } }
