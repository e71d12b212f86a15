/* What stands before the functions that cross, in C and C++, on both sides. */

#ifdef __cplusplus
#include <array>
#include "__etude_calls.hpp"
extern "C" {
#else
#include <stddef.h>
#endif
void etude_channel(const char *input);
void etude_receive(void);
void etude_send(char kind);
int etude_is_end(void);
void etude_forget(void);
void etude_begin_script(void);
void etude_running(const char *test);
void etude_request(int number, const char *name);
void etude_ask(void);
void etude_serve(void);
int etude_next(void);
void etude_reply(void);
long long etude_take_int(void);
double etude_take_double(void);
size_t etude_take_count(char wanted);
const char *etude_take_bytes(size_t *size);
char *etude_take_text(void);
void etude_take_back(char *text);
void etude_put_count(char tag, size_t count);
void etude_broken(void);
void *etude_room(size_t count, size_t size);
void etude_raised(const char *name, const char *what);
#ifdef __cplusplus
}
#include <list>
#include <deque>
namespace etude_own {

template <class T, class = void> struct Take;
template <class T> void take(T &value) { Take<T>::go(value); }
template <> struct Take<bool> { static void go(bool &value) { value = etude_take_int() != 0; } };
template <> struct Take<char> {
    static void go(char &value) {
        std::size_t size;
        const char *bytes = etude_take_bytes(&size);
        if (size != 1) etude_broken();
        value = *bytes;
    }
};
template <> struct Take<std::string> {
    static void go(std::string &value) {
        std::size_t size;
        const char *bytes = etude_take_bytes(&size);
        value.assign(bytes, size);
    }
};
template <class T> struct Take<T, std::enable_if_t<std::is_integral<T>::value || std::is_enum<T>::value>> {
    static void go(T &value) { value = static_cast<T>(etude_take_int()); }
};
template <class T> struct Take<T, std::enable_if_t<std::is_floating_point<T>::value>> {
    static void go(T &value) { value = static_cast<T>(etude_take_double()); }
};
template <class A, class B> struct Take<std::pair<A, B>> {
    static void go(std::pair<A, B> &value) {
        if (etude_take_count('l') != 2) etude_broken();
        take(value.first);
        take(value.second);
    }
};
template <class T, std::size_t size> struct Take<std::array<T, size>> {
    static void go(std::array<T, size> &value) {
        if (etude_take_count('l') != size) etude_broken();
        for (T &item : value) take(item);
    }
};
template <class T> struct TakeMany {
    static void go(T &value) {
        value.clear();
        for (std::size_t left = etude_take_count('l'); left > 0; left--) {
            typename T::value_type item{};
            take(item);
            value.push_back(std::move(item));
        }
    }
};
template <class T> struct Take<std::vector<T>> : TakeMany<std::vector<T>> {};
template <class T> struct Take<std::list<T>> : TakeMany<std::list<T>> {};
template <class T> struct Take<std::deque<T>> : TakeMany<std::deque<T>> {};
template <class T> struct Take<std::set<T>> {
    static void go(std::set<T> &value) {
        value.clear();
        for (std::size_t left = etude_take_count('e'); left > 0; left--) {
            T item{};
            take(item);
            value.insert(std::move(item));
        }
    }
};
template <class K, class V> struct Take<std::map<K, V>> {
    static void go(std::map<K, V> &value) {
        value.clear();
        for (std::size_t left = etude_take_count('m'); left > 0; left--) {
            K key{};
            take(key);
            take(value[key]);
        }
    }
};
}  // namespace etude_own
#ifdef ETUDE_SCRIPT
#include "__etude_objects.hpp"
#else
#include "__etude_held.hpp"
#endif
#define ETUDE_PUT_NUMBER(value) etude_own::put(value)
#define ETUDE_TAKE(place) etude_own::take(place)
#else
#include "__etude_calls.h"
#define ETUDE_PUT_NUMBER(value) _Generic((value), _Bool: etude_put_bool, char: etude_put_int, \
    signed char: etude_put_int, short: etude_put_int, int: etude_put_int, long: etude_put_int, long long: etude_put_int, \
    unsigned char: etude_put_unsigned, unsigned short: etude_put_unsigned, unsigned: etude_put_unsigned, \
    unsigned long: etude_put_unsigned, unsigned long long: etude_put_unsigned, \
    float: etude_put_double, double: etude_put_double, long double: etude_put_double)(value)
#define ETUDE_TAKE(place) ((place) = _Generic((place), float: etude_take_double, double: etude_take_double, \
    long double: etude_take_double, default: etude_take_int)())
#endif
