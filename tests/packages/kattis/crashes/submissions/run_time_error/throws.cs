using System;
class T { static void Main() { throw new Exception("no"); } }
