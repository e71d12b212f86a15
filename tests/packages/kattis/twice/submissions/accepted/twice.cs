using System;

class Twice
{
    static void Main() { Console.WriteLine(2 * long.Parse(Console.ReadLine())); }
}
