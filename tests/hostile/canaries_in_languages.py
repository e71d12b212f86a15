"""Hunters for canaries in the languages of the engine; see canaries.py, whose words they print."""

# Short programs read best on one line.
# ruff: noqa: E501

from __future__ import annotations

from tests.hostile.attack import EXPECTED_PREFIX, HOST_FILE, PORT, SEEN_FILE, SEEN_PROCESS

_HALVES = EXPECTED_PREFIX[:4], EXPECTED_PREFIX[4:]

CPP = f"""
#include <arpa/inet.h>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <regex>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
namespace fs = std::filesystem;
static const std::string wanted = std::string("{_HALVES[0]}") + "{_HALVES[1]}";
static int looked, found;
static void look(const std::string &text, const std::string &where) {{
  for (size_t at = 0; (at = text.find(wanted, at)) != std::string::npos; at++)
    if (at + wanted.size() < text.size() && isxdigit(text[at + wanted.size()])) {{ found++; std::cerr << "found in " << where << "\\n"; return; }}
}}
static void walk(const fs::path &folder) {{
  std::error_code error;
  for (auto at = fs::directory_iterator(folder, error); !error && at != fs::directory_iterator(); at.increment(error)) {{
    std::string path = at->path().string();
    std::error_code odd;
    if (at->is_symlink(odd)) continue;
    if (at->is_directory(odd)) {{ if (path != "/usr" && path != "/sys" && path != "/dev" && at->path().filename() != "lib") walk(at->path()); continue; }}
    if (!at->is_regular_file(odd) || path.find("kmsg") != path.npos || path.find("pagemap") != path.npos) continue;
    std::ifstream file(path, std::ios::binary);
    if (!file) continue;
    std::string text(1 << 20, 0);
    file.read(&text[0], text.size());
    text.resize(file.gcount());
    looked++;
    look(text, path);
  }}
}}
int main() {{
  for (char **variable = environ; *variable; variable++) look(*variable, "environment");
  std::error_code none;
  if (fs::exists("{SEEN_FILE}", none) || fs::exists("{SEEN_PROCESS}", none)) found++;
  walk("/");
  sockaddr_in port{{}};
  port.sin_family = AF_INET; port.sin_port = htons({PORT}); port.sin_addr.s_addr = htonl(0x7f000001);
  if (!connect(socket(AF_INET, SOCK_STREAM, 0), (sockaddr *)&port, sizeof port)) found++;
  sockaddr_un name{{}};
  name.sun_family = AF_UNIX; strcpy(name.sun_path, "{HOST_FILE}.socket");
  if (!connect(socket(AF_UNIX, SOCK_STREAM, 0), (sockaddr *)&name, sizeof name)) found++;
  std::cout << "[" << (looked > 20 ? "True" : "False") << ", [" << (found ? "'found'" : "") << "]]\\n";
}}
"""

JAVA = f"""
import java.io.*;
import java.net.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.regex.Pattern;

class Hunter {{
    static final Pattern WANTED = Pattern.compile("{_HALVES[0]}".concat("{_HALVES[1]}") + "[0-9a-f]{{16}}");
    static int looked, found;

    static void look(String text, String where) {{
        if (WANTED.matcher(text).find()) {{ found++; System.err.println("found in " + where); }}
    }}

    public static void main(String[] arguments) throws IOException {{
        System.getenv().forEach((name, value) -> look(name + "=" + value, "environment"));
        System.getProperties().forEach((name, value) -> look(name + "=" + value, "properties"));
        if (Files.exists(Path.of("{SEEN_FILE}")) || Files.exists(Path.of("{SEEN_PROCESS}"))) found++;
        Files.walkFileTree(Path.of("/"), new SimpleFileVisitor<>() {{
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {{
                String name = folder.toString();
                boolean isLeftOut = name.equals("/usr") || name.equals("/sys") || name.equals("/dev") || name.endsWith("/lib");
                return isLeftOut ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }}
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {{
                String name = path.toString();
                if (attributes.isRegularFile() && !name.contains("kmsg") && !name.contains("pagemap")) {{
                    try (InputStream file = new FileInputStream(name)) {{
                        look(new String(file.readNBytes(1 << 20), StandardCharsets.ISO_8859_1), name);
                        looked++;
                    }} catch (IOException error) {{ }}
                }}
                return FileVisitResult.CONTINUE;
            }}
            public FileVisitResult visitFileFailed(Path path, IOException error) {{ return FileVisitResult.CONTINUE; }}
            public FileVisitResult postVisitDirectory(Path path, IOException error) {{ return FileVisitResult.CONTINUE; }}
        }});
        try (Socket socket = new Socket("127.0.0.1", {PORT})) {{ found++; }} catch (IOException error) {{ }}
        try (var channel = java.nio.channels.SocketChannel.open(UnixDomainSocketAddress.of("{HOST_FILE}.socket"))) {{ found++; }}
        catch (IOException error) {{ }}
        System.out.println("[" + (looked > 20 ? "True" : "False") + ", [" + (found > 0 ? "'found'" : "") + "]]");
    }}
}}
"""

CSHARP = f"""
using System;
using System.Collections;
using System.IO;
using System.Text;
using System.Text.RegularExpressions;

class Hunter {{
    static readonly Regex Wanted = new Regex(string.Concat("{_HALVES[0]}", "{_HALVES[1]}".Trim()) + "[0-9a-f]{{16}}");
    static int looked, found;

    static void Look(string text, string where) {{
        if (Wanted.IsMatch(text)) {{ found++; Console.Error.WriteLine("found in " + where); }}
    }}

    static void Walk(string folder) {{
        string[] folders, files;
        try {{ folders = Directory.GetDirectories(folder); files = Directory.GetFiles(folder); }} catch (Exception) {{ return; }}
        foreach (string path in files) {{
            try {{
                if ((File.GetAttributes(path) & FileAttributes.ReparsePoint) != 0 || path.Contains("kmsg") || path.Contains("pagemap")) continue;
                using (var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite)) {{
                    var bytes = new byte[1 << 20];
                    int size = file.Read(bytes, 0, bytes.Length);
                    looked++;
                    Look(Encoding.GetEncoding("iso-8859-1").GetString(bytes, 0, size), path);
                }}
            }} catch (Exception) {{ }}
        }}
        foreach (string path in folders) {{
            try {{
                if ((File.GetAttributes(path) & FileAttributes.ReparsePoint) != 0) continue;
            }} catch (Exception) {{ continue; }}
            if (path != "/usr" && path != "/sys" && path != "/dev" && !path.EndsWith("/lib")) Walk(path);
        }}
    }}

    static void Main() {{
        foreach (DictionaryEntry pair in Environment.GetEnvironmentVariables()) Look(pair.Key + "=" + pair.Value, "environment");
        if (File.Exists("{SEEN_FILE}") || File.Exists("{SEEN_PROCESS}")) found++;
        Walk("/");
        try {{ new System.Net.Sockets.TcpClient("127.0.0.1", {PORT}).GetStream(); found++; }} catch (Exception) {{ }}
        Console.WriteLine("[" + (looked > 20 ? "True" : "False") + ", [" + (found > 0 ? "'found'" : "") + "]]");
    }}
}}
"""

JAVASCRIPT = f"""
const fs = require("node:fs"), net = require("node:net");
const wanted = new RegExp(["{_HALVES[0]}", "{_HALVES[1]}"].join("") + "[0-9a-f]{{16}}");
let looked = 0, found = 0;
const look = (text, where) => {{ if (wanted.test(text)) {{ found++; console.error("found in " + where); }} }};
const buffer = Buffer.alloc(1 << 20);
function walk(folder) {{
  let entries;
  try {{ entries = fs.readdirSync(folder || "/", {{ withFileTypes: true }}); }} catch {{ return; }}
  for (const entry of entries) {{
    const path = folder + "/" + entry.name;
    if (entry.isDirectory()) {{ if (!["/usr", "/sys", "/dev"].includes(path) && !path.endsWith("/lib")) walk(path); continue; }}
    if (!entry.isFile() || path.includes("kmsg") || path.includes("pagemap")) continue;
    let file;
    try {{ file = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK); }} catch {{ continue; }}
    try {{ look(buffer.toString("latin1", 0, fs.readSync(file, buffer)), path); looked++; }} catch {{ }}
    fs.closeSync(file);
  }}
}}
for (const [name, value] of Object.entries(process.env)) look(name + "=" + value, "environment");
if (fs.existsSync("{SEEN_FILE}") || fs.existsSync("{SEEN_PROCESS}")) found++;
walk("");
let waiting = 2;
const done = () => {{ if (--waiting === 0) console.log(`[${{looked > 20 ? "True" : "False"}}, [${{found ? "'found'" : ""}}]]`); }};
for (const address of [{{ port: {PORT}, host: "127.0.0.1" }}, {{ path: "{HOST_FILE}.socket" }}]) {{
  const one = net.connect(address);
  one.on("connect", () => {{ found++; one.destroy(); done(); }}).on("error", done);
}}
"""

SHELL = f"""
wanted="{_HALVES[0]}""{_HALVES[1]}"; found=; looked=0
env | grep -qaE "$wanted[0-9a-f]{{16}}" && found="'environment'"
if [ -e "{SEEN_FILE}" ] || [ -e "{SEEN_PROCESS}" ]; then found="'host'"; fi
find / \\( -path /usr -o -path /sys -o -path /dev -o -name lib \\) -prune -o -type f ! -name '*kmsg*' ! -name '*pagemap*' -readable -print0 2>/dev/null > /tmp/list
looked=$(tr -cd '\\0' < /tmp/list | wc -c)
where=$(head -zn 4000 /tmp/list | xargs -0 grep -lsaE "$wanted[0-9a-f]{{16}}" 2>/dev/null | head -3)
if [ -n "$where" ]; then echo "found in $where" >&2; found="'file'"; fi
(exec 3<>/dev/tcp/127.0.0.1/{PORT}) 2>/dev/null && found="'network'"
[ "$looked" -gt 20 ] && enough=True || enough=False
echo "[$enough, [$found]]"
"""

HUNTERS_IN_LANGUAGES = {
    "cpp": CPP,
    "csharp": CSHARP,
    "java": JAVA,
    "javascript": JAVASCRIPT,
    "shell": SHELL,
}
