using System;

class Twice
{
    static void Main() { Console.WriteLine(long.Parse(Console.ReadLine())); }
}
