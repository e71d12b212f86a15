// The part of the testlib interface that checkers and interactors use, for packages that do not bring the header.
// Written anew for Étude from how such programs call it; a package's own testlib.h always wins over this one.
#ifndef ETUDE_TESTLIB_H
#define ETUDE_TESTLIB_H

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <climits>
#include <cmath>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <iomanip>
#include <iostream>
#include <iterator>
#include <limits>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

enum TResult { _ok = 0, _wa = 1, _pe = 2, _fail = 3, _dirt = 4, _points = 5, _unexpected_eof = 8, _partially = 16 };
enum TMode { _input, _output, _answer };
#define _pc(exitCode) (TResult(_partially + (exitCode)))

const char LF = '\n', CR = '\r', TAB = '\t', SPACE = ' ';

static inline std::string __etude_vformat(const char *text, va_list list) {
    va_list again;
    va_copy(again, list);
    int size = vsnprintf(nullptr, 0, text, again);
    va_end(again);
    std::string said(size > 0 ? size : 0, ' ');
    if (size > 0) vsnprintf(&said[0], size + 1, text, list);
    return said;
}
#define __ETUDE_FORMAT(text, said) \
    va_list list_; va_start(list_, text); std::string said = __etude_vformat(text, list_); va_end(list_)

static inline std::string format(const char *text, ...) { __ETUDE_FORMAT(text, said); return said; }
static inline std::string format(const std::string text, ...) {
    const char *plain = text.c_str();
    va_list list;
    va_start(list, text);
    std::string said = __etude_vformat(plain, list);
    va_end(list);
    return said;
}
template <typename T> static inline std::string vtos(const T &value) {
    std::ostringstream stream;
    stream << value;
    return stream.str();
}
template <typename T> static inline std::string toString(const T &value) { return vtos(value); }
static inline std::string compress(const std::string &text) {
    return text.size() <= 64 ? text : text.substr(0, 30) + "..." + text.substr(text.size() - 31);
}
static inline std::string englishEnding(int x) {
    x %= 100;
    if (x / 10 == 1) return "th";
    return x % 10 == 1 ? "st" : x % 10 == 2 ? "n" "d" : x % 10 == 3 ? "rd" : "th";
}
static inline std::string trim(const std::string &text) {
    size_t from = text.find_first_not_of(" \t\r\n"), to = text.find_last_not_of(" \t\r\n");
    return from == std::string::npos ? "" : text.substr(from, to - from + 1);
}
static inline std::string upperCase(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return char(toupper(c)); });
    return text;
}
static inline std::string lowerCase(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return char(tolower(c)); });
    return text;
}
static inline std::vector<std::string> split(const std::string &text, char separator) {
    std::vector<std::string> parts(1);
    for (char c : text) {
        if (c == separator) parts.emplace_back();
        else parts.back() += c;
    }
    return parts;
}
static inline std::vector<std::string> tokenize(const std::string &text, char separator) {
    std::vector<std::string> parts;
    for (const std::string &part : split(text, separator)) if (!part.empty()) parts.push_back(part);
    return parts;
}
static inline bool isBlanks(int c) { return c == LF || c == CR || c == SPACE || c == TAB; }
static inline bool isEof(int c) { return c == EOF; }
static inline bool isEoln(int c) { return c == LF || c == CR; }

static bool __etude_is_interactor = false;
static std::ofstream tout;
[[noreturn]] static void quit(TResult result, const std::string &said);
[[noreturn]] static inline void quit(TResult result, const char *said) { quit(result, std::string(said)); }

struct InStream {
    TMode mode;
    std::string name;
    FILE *file = nullptr;
    explicit InStream(TMode mode_) : mode(mode_) {}

    [[noreturn]] void quit(TResult result, const std::string &said) {
        // What is wrong with the input or the answer of the judge is never the contestant's fault.
        if (mode != _output && result != _ok && result != _points) {
            ::quit(_fail, (mode == _input ? "input: " : "answer: ") + said);
        }
        ::quit(result, said);
    }
    [[noreturn]] void quitf(TResult result, const char *text, ...) { __ETUDE_FORMAT(text, said); quit(result, said); }
    void quitif(bool is, TResult result, const char *text, ...) { __ETUDE_FORMAT(text, said); if (is) quit(result, said); }
    void ensuref(bool holds, const char *text, ...) { __ETUDE_FORMAT(text, said); if (!holds) quit(_wa, said); }

    int nextChar() { return getc(file); }
    int readChar() { return getc(file); }
    int readChar(int wanted) {
        int c = getc(file);
        if (c != wanted) quit(_pe, format("expected the character '%c'", wanted));
        return c;
    }
    int curChar() { int c = getc(file); ungetc(c, file); return c; }
    void skipChar() { getc(file); }
    void unreadChar(int c) { ungetc(c, file); }
    void skipBlanks() { while (isBlanks(curChar())) getc(file); }
    bool eof() { return curChar() == EOF; }
    bool seekEof() { skipBlanks(); return eof(); }
    bool eoln() { int c = curChar(); return c == EOF || isEoln(c); }
    bool seekEoln() { while (curChar() == SPACE || curChar() == TAB) getc(file); return eoln(); }
    void readSpace() { readChar(SPACE); }
    void readEoln() {
        int c = getc(file);
        if (c == CR) c = getc(file);
        if (c != LF && c != EOF) quit(_pe, "expected the end of a line");
    }
    void readEof() { if (!seekEof()) quit(_pe, "expected the end of the file"); }
    void nextLine() { readLine(); }

    std::string readWord() {
        skipBlanks();
        if (eof()) quit(_unexpected_eof, "unexpected end of file - token expected");
        std::string word;
        while (!eof() && !isBlanks(curChar())) word += char(getc(file));
        return word;
    }
    std::string readToken() { return readWord(); }
    std::string readToken(const std::string &, const std::string & = "") { return readWord(); }
    std::string readWord(const std::string &, const std::string & = "") { return readWord(); }
    std::string readLine() {
        if (eof()) quit(_unexpected_eof, "unexpected end of file - line expected");
        std::string line;
        for (int c = getc(file); c != EOF && c != LF; c = getc(file)) line += char(c);
        if (!line.empty() && line.back() == CR) line.pop_back();
        return line;
    }
    std::string readString() { return readLine(); }
    std::string readLine(const std::string &, const std::string & = "") { return readLine(); }
    std::string readString(const std::string &, const std::string & = "") { return readLine(); }
    void readWordTo(std::string &word) { word = readWord(); }
    void readTokenTo(std::string &word) { word = readWord(); }
    void readLineTo(std::string &line) { line = readLine(); }
    void readStringTo(std::string &line) { line = readLine(); }

    long long readLong() {
        std::string word = readWord();
        size_t start = word[0] == '-' ? 1 : 0;
        bool is_number = word.size() > start && word.size() - start <= 19 &&
            word.find_first_not_of("0123456789", start) == std::string::npos;
        errno = 0;
        long long number = is_number ? strtoll(word.c_str(), nullptr, 10) : 0;
        // As testlib has it: the only way of writing a number is its own.
        if (!is_number || errno || vtos(number) != word) {
            quit(_pe, format("Expected integer, but \"%s\" found", compress(word).c_str()));
        }
        return number;
    }
    long long readLong(long long low, long long high, const std::string &what = "") {
        long long number = readLong();
        if (number < low || number > high) {
            quit(_wa, format("Integer %s%s%lld violates the range [%lld, %lld]", what.c_str(), what.empty() ? "" : " = ",
                             number, low, high));
        }
        return number;
    }
    int readInt() { return int(readLong(INT_MIN, INT_MAX)); }
    int readInt(int low, int high, const std::string &what = "") { return int(readLong(low, high, what)); }
    int readInteger() { return readInt(); }
    int readInteger(int low, int high, const std::string &what = "") { return readInt(low, high, what); }
    unsigned long long readUnsignedLong() { return (unsigned long long)readLong(0, LLONG_MAX); }

    double readDouble() {
        std::string word = readWord();
        bool is_number = word.find_first_not_of("0123456789+-.eE") == std::string::npos;
        char *end = nullptr;
        double number = is_number ? strtod(word.c_str(), &end) : 0;
        if (!is_number || *end || !std::isfinite(number)) {
            quit(_pe, format("Expected double, but \"%s\" found", compress(word).c_str()));
        }
        return number;
    }
    double readDouble(double low, double high, const std::string &what = "") {
        double number = readDouble();
        if (number < low || number > high) {
            quit(_wa, format("Double %s%s%.10g violates the range [%.10g, %.10g]", what.c_str(),
                             what.empty() ? "" : " = ", number, low, high));
        }
        return number;
    }
    double readReal() { return readDouble(); }
    double readReal(double low, double high, const std::string &what = "") { return readDouble(low, high, what); }
    double readStrictDouble(double low, double high, int, int, const std::string &what = "") {
        return readDouble(low, high, what);
    }
    std::vector<int> readInts(int size, int low = INT_MIN, int high = INT_MAX, const std::string &what = "") {
        std::vector<int> numbers;
        for (int i = 0; i < size; i++) numbers.push_back(readInt(low, high, what));
        return numbers;
    }
    std::vector<int> readIntegers(int size, int low = INT_MIN, int high = INT_MAX, const std::string &what = "") {
        return readInts(size, low, high, what);
    }
    std::vector<long long> readLongs(int size, long long low = LLONG_MIN, long long high = LLONG_MAX) {
        std::vector<long long> numbers;
        for (int i = 0; i < size; i++) numbers.push_back(readLong(low, high));
        return numbers;
    }
    std::vector<std::string> readTokens(int size) {
        std::vector<std::string> words;
        for (int i = 0; i < size; i++) words.push_back(readWord());
        return words;
    }
};

static InStream inf(_input), ouf(_output), ans(_answer);

[[noreturn]] static void quit(TResult result, const std::string &said) {
    std::string text = said;
    if (result == _ok && !__etude_is_interactor && ouf.file && !ouf.seekEof()) {
        result = _pe;
        text = "Extra information in the output file";
    }
    if (result == _points) fprintf(stderr, "points %s\n", text.c_str());
    else {
        const char *name = result == _ok ? "ok" : result == _wa ? "wrong answer" : result == _fail ? "FAIL"
                         : result == _unexpected_eof ? "wrong output format" : "wrong output format";
        fprintf(stderr, "%s %s\n", name, text.c_str());
    }
    fflush(nullptr);
    if (tout.is_open()) tout.close();
    std::_Exit(result == _points ? 7 : int(result));
}
[[noreturn]] static inline void quitf(TResult result, const char *text, ...) { __ETUDE_FORMAT(text, said); quit(result, said); }
static inline void quitif(bool is, TResult result, const char *text, ...) {
    __ETUDE_FORMAT(text, said);
    if (is) quit(result, said);
}
template <typename T> [[noreturn]] static inline void quitp(T points, const std::string &said = "") {
    std::ostringstream number;
    number << std::fixed << std::setprecision(10) << points;
    quit(_points, number.str() + " " + said);
}
template <typename T> [[noreturn]] static inline void quitp(T points, const char *text, ...) {
    __ETUDE_FORMAT(text, said);
    quitp(points, said);
}
static inline void ensuref(bool holds, const char *text, ...) { __ETUDE_FORMAT(text, said); if (!holds) quit(_fail, said); }
#define ensure(condition) ensuref(bool(condition), "Condition failed: \"%s\"", #condition)
static inline void setName(const char *, ...) {}

static inline double doubleDelta(double expected, double result) {
    double absolute = std::fabs(result - expected);
    return std::fabs(expected) > 1e-9 ? std::min(absolute, std::fabs(absolute / expected)) : absolute;
}
static inline bool doubleCompare(double expected, double result, double tolerance) {
    if (std::isnan(expected) || std::isnan(result)) return std::isnan(expected) && std::isnan(result);
    if (std::isinf(expected) || std::isinf(result)) return expected == result;
    return doubleDelta(expected, result) <= tolerance + 1e-15;
}

static inline void __etude_open(InStream &stream, const char *name) {
    stream.name = name;
    stream.file = fopen(name, "rb");
    if (!stream.file) { fprintf(stderr, "FAIL cannot open %s\n", name); std::_Exit(3); }
}
static inline void registerTestlibCmd(int argc, char **argv) {
    if (argc < 4) { fprintf(stderr, "FAIL usage: checker input output answer\n"); std::_Exit(3); }
    __etude_open(inf, argv[1]);
    __etude_open(ouf, argv[2]);
    __etude_open(ans, argv[3]);
}
static inline void registerInteraction(int argc, char **argv) {
    if (argc < 3) { fprintf(stderr, "FAIL usage: interactor input output answer\n"); std::_Exit(3); }
    __etude_is_interactor = true;
    __etude_open(inf, argv[1]);
    tout.open(argv[2]);
    ouf.file = stdin;
    if (argc > 3) __etude_open(ans, argv[3]);
}
template <typename... Rest> static inline void registerTestlib(int argc, char **argv, Rest...) { registerTestlibCmd(argc, argv); }

#endif
