"""The same small programs in every language: what an ordinary editor's Run would do, and every way to go wrong.

Each is (files, the program's own first). The line that goes wrong is the one that says so in a comment.
"""

from __future__ import annotations

NAME_BESIDE = "mes données.txt"
LINE_OF_ERROR = 3  # of `crash` and of `compile_error`

Files = dict[str, str]


def c(body: str, top: str = "") -> Files:
    return {
        "main.c": "#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n#include <sys/socket.h>\n"
        f"{top}\nint main(int argc, char **argv) {{\n{body}\n}}\n"
    }


def cpp(body: str, top: str = "") -> Files:
    return {
        "main.cpp": "#include <iostream>\n#include <fstream>\n#include <string>\n#include <vector>\n"
        f"#include <cstdlib>\n#include <sys/socket.h>\n{top}\nint main(int argc, char **argv) {{\n{body}\n}}\n"
    }


def java(body: str, top: str = "") -> Files:
    return {
        "Main.java": "import java.io.*; import java.nio.file.*; import java.util.*; public class Exercice {\n"
        f"    public static void main(String[] args) throws Exception {{\n{body}\n}}\n{top}\n}}\n"
    }


def csharp(body: str, top: str = "") -> Files:
    return {
        "Program.cs": "using System; using System.IO; using System.Collections.Generic; class Program {\n"
        f"    static void Main(string[] args) {{\n{body}\n}}\n{top}\n}}\n"
    }


def javascript(body: str) -> Files:
    return {"main.js": f'const fs = require("fs");\n\n{body}\n'}


def python(body: str) -> Files:
    return {"main.py": f"import sys\n\n{body}\n"}


def sql(body: str) -> Files:
    return {"main.sql": f"-- one\n\n{body}\n"}


def shell(body: str) -> Files:
    return {"main.sh": f"# one\n\n{body}\n"}


COUNT_SQL = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n{end}) SELECT {what} FROM n;"

PROGRAMS: dict[str, dict[str, Files]] = {
    "python": {
        "hello": python("print('Bonjour, été')"),
        "echo": python("sys.stdout.write(sys.stdin.read())"),
        "read_file": python(f"print(open('{NAME_BESIDE}').read(), end='')"),
        "surroundings": python("import os\nprint(len(sys.argv) - 1, os.getcwd(), os.environ['HOME'])"),
        "exit_3": python("sys.exit(3)"),
        "crash": python("x = [1][7]  # here"),
        "endless": python("while True: pass"),
        "hog": python("x = []\nwhile True: x.append(bytearray(1 << 20))"),
        "flood": python("while True: print('x' * 10_000)"),
        "compile_error": python("x = = 3  # here"),
        "deep": python("sys.setrecursionlimit(10_000)\nf = lambda n: n and 1 + f(n - 1)\nprint(f(5000))"),
        "bottomless": python("def f(n): return 1 + f(n + 1)\nf(0)"),
        "two_files": python("from autre import twice\nprint(twice(21))") | {"autre.py": "def twice(x): return 2 * x\n"},
        "network": python(
            "import socket\ntry:\n    socket.create_connection(('127.0.0.1', 80), 1)\n"
            "except OSError:\n    print('refused')"
        ),
    },
    "c": {
        "hello": c('puts("Bonjour, été");'),
        "echo": c("for (int x; (x = getchar()) != EOF;) putchar(x);"),
        "read_file": c(f'FILE *f = fopen("{NAME_BESIDE}", "r"); for (int x; (x = getc(f)) != EOF;) putchar(x);'),
        "surroundings": c(
            'char here[99]; printf("%d %s %s\\n", argc - 1, getcwd(here, 99), getenv("HOME"));', "#include <unistd.h>"
        ),
        "exit_3": c("return 3;"),
        "crash": c("return *(volatile int *) 8;"),
        "endless": c("for (volatile int i = 0;; i++);"),
        "hog": c("for (char *p; (p = malloc(1 << 20));) memset(p, 1, 1 << 20);\nabort();"),
        "flood": c('for (;;) puts("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");'),
        "compile_error": {"main.c": "int main(void) {\n\n  return x; // here\n}\n"},
        "deep": c('printf("%d\\n", f(5000));', "int f(int n) { volatile int k = n; return k ? 1 + f(k - 1) : 0; }"),
        "bottomless": c("return f(1);", "int f(int n) { volatile int k[99]; k[0] = n; return f(k[0] + 1) + k[0]; }"),
        "two_files": {
            "main.c": '#include <stdio.h>\n#include "autre.h"\nint main(void) { printf("%d\\n", twice(21)); }\n',
            "autre.h": "int twice(int);\n",
            "mon autre.c": '#include "autre.h"\nint twice(int x) { return 2 * x; }\n',
        },
        "network": c('puts(socket(AF_INET, SOCK_STREAM, 0) < 0 ? "refused" : "open");'),
    },
    "cpp": {
        "hello": cpp('std::cout << "Bonjour, été" << std::endl;'),
        "echo": cpp("std::cout << std::cin.rdbuf();"),
        "read_file": cpp(f'std::cout << std::ifstream("{NAME_BESIDE}").rdbuf();'),
        "surroundings": cpp(
            'std::cout << argc - 1 << " " << fs::current_path().string() << " " << getenv("HOME") << "\\n";',
            "#include <filesystem>\nnamespace fs = std::filesystem;",
        ),
        "exit_3": cpp("exit(3);"),
        "crash": cpp("std::vector<int> v; return v.at(7);"),
        "endless": cpp("for (volatile int i = 0;; i = i + 1);"),
        "hog": cpp("std::vector<std::string> v; for (;;) v.emplace_back(1 << 20, 'x');"),
        "flood": cpp('for (;;) std::cout << "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\\n";'),
        "compile_error": {"main.cpp": "int main() {\n\n  return x; // here\n}\n"},
        "deep": cpp(
            "std::cout << f(5000) << std::endl;", "int f(int n) { volatile int k = n; return k ? 1 + f(k - 1) : 0; }"
        ),
        "bottomless": cpp("return f(1);", "int f(int n) { volatile int k[99]; k[0] = n; return f(k[0] + 1) + k[0]; }"),
        "two_files": {
            "main.cpp": '#include <iostream>\n#include "autre.h"\nint main() { std::cout << twice(21) << "\\n"; }\n',
            "autre.h": "int twice(int);\n",
            "mon autre.cpp": '#include "autre.h"\nint twice(int x) { return 2 * x; }\n',
        },
        "network": cpp('std::cout << (socket(AF_INET, SOCK_STREAM, 0) < 0 ? "refused\\n" : "open\\n");'),
    },
    "java": {
        "hello": java('System.out.println("Bonjour, été");'),
        "echo": java("System.in.transferTo(System.out); System.out.flush();"),
        "read_file": java(f'System.out.print(new Scanner(new File("{NAME_BESIDE}")).nextLine() + "\\n");'),
        "surroundings": java(
            'System.out.println(args.length + " " + Path.of("").toAbsolutePath() + " " + System.getenv("HOME"));'
        ),
        "exit_3": java("System.exit(3);"),
        "crash": java("int x = new int[] {1}[7]; // here"),
        "endless": java("while (true);"),
        "hog": java("List<int[]> l = new ArrayList<>(); while (true) l.add(new int[1_000_000]);"),
        "flood": java('String s = "x".repeat(10_000); while (true) System.out.println(s);'),
        "compile_error": java('int x = "a"; // here'),
        "deep": java("System.out.println(f(5000));", "static int f(int n) { return n == 0 ? 0 : 1 + f(n - 1); }"),
        "bottomless": java("f(0);", "static int f(int n) { return 1 + f(n + 1); }"),
        "two_files": {
            "Main.java": "package école;\npublic class Départ { public static void main(String... a) {"
            " System.out.println(new Autre().twice(21)); } }\n",
            "mon autre.java": "package école;\nclass Autre { int twice(int x) { return 2 * x; } }\n",
        },
        "network": java(
            'try { new java.net.Socket("127.0.0.1", 80); } catch (IOException e) { System.out.println("refused"); }'
        ),
    },
    "csharp": {
        "hello": csharp('Console.WriteLine("Bonjour, été");'),
        "echo": csharp("Console.Write(Console.In.ReadToEnd());"),
        "read_file": csharp(f'Console.Write(File.ReadAllText("{NAME_BESIDE}"));'),
        "surroundings": csharp(
            'Console.WriteLine(args.Length + " " + Directory.GetCurrentDirectory() + " " +'
            ' Environment.GetEnvironmentVariable("HOME"));'
        ),
        "exit_3": csharp("Environment.Exit(3);"),
        "crash": csharp("int[] a = new int[1]; a[7] = 1; // here"),
        "endless": csharp("while (true);"),
        "hog": csharp("var l = new List<byte[]>(); while (true) { l.Add(new byte[1 << 20]); l[0][0]++; }"),
        "flood": csharp("string s = new string('x', 10000); while (true) Console.WriteLine(s);"),
        "compile_error": csharp('int x = "a"; // here'),
        "deep": csharp("Console.WriteLine(F(5000));", "static int F(int n) { return n == 0 ? 0 : 1 + F(n - 1); }"),
        "bottomless": csharp("F(0);", "static int F(int n) { return 1 + F(n + 1); }"),
        "two_files": {
            "Program.cs": "class Program { static void Main() { System.Console.WriteLine(Autre.Twice(21)); } }\n",
            "mon autre.cs": "class Autre { public static int Twice(int x) { return 2 * x; } }\n",
        },
        "network": csharp(
            'try { new System.Net.Sockets.UdpClient(9); } catch { Console.WriteLine("refused"); }'
        ),
    },
    "javascript": {
        "hello": javascript('console.log("Bonjour, été");'),
        "echo": javascript(
            'require("readline").createInterface({ input: process.stdin }).on("line", (line) => console.log(line));'
        ),
        "read_file": javascript(f'process.stdout.write(fs.readFileSync("{NAME_BESIDE}", "utf8"));'),
        "surroundings": javascript("console.log(process.argv.length - 2, process.cwd(), process.env.HOME);"),
        "exit_3": javascript("process.exit(3);"),
        "crash": javascript("undefined.length; // here"),
        "endless": javascript("while (true);"),
        "hog": javascript("const l = []; while (true) l.push(new Array(100_000).fill(1.5));"),
        "flood": javascript('const s = "x".repeat(100_000); while (true) console.log(s);'),
        "compile_error": javascript("let x = ; // here"),
        "deep": javascript("const f = (n) => (n ? 1 + f(n - 1) : 0); console.log(f(5000));"),
        "bottomless": javascript("const f = (n) => 1 + f(n + 1); f(0);"),
        "two_files": javascript('console.log(require("./mon autre").twice(21));')
        | {"mon autre.js": "exports.twice = (x) => 2 * x;\n"},
        "network": javascript(
            'require("net").connect(80, "127.0.0.1").on("error", () => console.log("refused"))'
            '.on("connect", () => process.exit(0));'
        ),
    },
    "shell": {
        "hello": shell("echo 'Bonjour, été'"),
        "echo": shell("cat"),
        "read_file": shell(f"cat '{NAME_BESIDE}'"),
        "surroundings": shell('echo $# "$PWD" "$HOME"'),
        "exit_3": shell("exit 3"),
        "crash": shell("no_such_command  # here"),
        "endless": shell("while true; do :; done"),
        "flood": shell("yes"),
        "compile_error": shell("fi  # here"),
        "deep": shell("f() { (( $1 == 0 )) || f $(( $1 - 1 )); }; f 500 && echo 5000"),
        "two_files": shell(". './mon autre.sh'; twice 21") | {"mon autre.sh": "twice() { echo $(( 2 * $1 )); }\n"},
        "network": shell("{ : < /dev/tcp/127.0.0.1/80; } 2> /dev/null || echo refused"),
    },
    "sql": {
        "hello": sql("SELECT 'Bonjour, été' AS x;"),
        "crash": sql("SELECT * FROM nowhere; -- here"),
        "endless": sql(COUNT_SQL.format(end="", what="count(*)")),
        "hog": sql("CREATE TABLE t (x);\nINSERT INTO t " + COUNT_SQL.format(end="", what="randomblob(1000000)")),
        "flood": sql(COUNT_SQL.format(end="", what="x, x, x, x, x, x, x, x")),
        "compile_error": sql("SELEC 1; -- here"),
        "deep": sql(COUNT_SQL.format(end=" LIMIT 5000", what="max(x) AS x")),
    },
}  # fmt: skip

OUTPUTS = {"hello": "Bonjour, été\n", "deep": "5000\n", "two_files": "42\n", "network": "refused\n"}
