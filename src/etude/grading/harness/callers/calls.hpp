// Behind the text of an answer in C++: writes values as etude.grading.plain reads them (see calls_side.c).

#include <cstddef>
#include <ostream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>
#if __cplusplus >= 201703L
#include <optional>
#include <string_view>
#endif

extern "C" {
void etude_begin(const char *kind);
void etude_put_bool(bool);
void etude_put_char(char);
void etude_put_int(long long);
void etude_put_unsigned(unsigned long long);
void etude_put_double(double);
void etude_put_text(const char *);
void etude_put_text_of(const char *, std::size_t);
void etude_put_count(char tag, std::size_t);
void etude_put_null(void);
void etude_put_nothing();
int etude_chosen(void);
int etude_end(void);
}

namespace etude_own {

struct NotPlain {};

template <class...> struct Void { using type = void; };

template <class T, class = void> struct Put {
    static void go(const T &) { throw NotPlain(); }
};
template <class T> void put(const T &value) { Put<T>::go(value); }

template <> struct Put<bool> { static void go(bool value) { etude_put_bool(value); } };
template <> struct Put<char> { static void go(char value) { etude_put_char(value); } };
template <> struct Put<std::nullptr_t> { static void go(std::nullptr_t) { etude_put_null(); } };
template <> struct Put<const char *> { static void go(const char *value) { etude_put_text(value); } };
template <> struct Put<char *> { static void go(const char *value) { etude_put_text(value); } };
template <> struct Put<std::string> {
    static void go(const std::string &value) { etude_put_text_of(value.data(), value.size()); }
};
template <class T> struct Put<T, std::enable_if_t<std::is_integral<T>::value && std::is_signed<T>::value>> {
    static void go(T value) { etude_put_int(value); }
};
template <class T> struct Put<T, std::enable_if_t<std::is_integral<T>::value && std::is_unsigned<T>::value>> {
    static void go(T value) { etude_put_unsigned(value); }
};
template <class T> struct Put<T, std::enable_if_t<std::is_floating_point<T>::value>> {
    static void go(T value) { etude_put_double(static_cast<double>(value)); }
};

template <class A, class B> struct Put<std::pair<A, B>> {
    static void go(const std::pair<A, B> &value) {
        etude_put_count('l', 2);
        put(value.first);
        put(value.second);
    }
};
template <class... All> struct Put<std::tuple<All...>> {
    template <std::size_t... places> static void each(const std::tuple<All...> &value, std::index_sequence<places...>) {
        int done[] = {0, (put(std::get<places>(value)), 0)...};
        (void)done;
    }
    static void go(const std::tuple<All...> &value) {
        etude_put_count('l', sizeof...(All));
        each(value, std::index_sequence_for<All...>());
    }
};

template <class T> using Items = typename Void<typename T::value_type, decltype(std::declval<const T &>().begin())>::type;
template <class T, class = void> struct HasKeys : std::false_type {};
template <class T> struct HasKeys<T, typename Void<typename T::key_type>::type> : std::true_type {};
template <class T, class = void> struct IsMap : std::false_type {};
template <class T> struct IsMap<T, typename Void<typename T::mapped_type>::type> : std::true_type {};

template <class T> struct Put<T, Items<T>> {
    template <class Pair> static void one(const Pair &pair, std::true_type) {
        put(pair.first);
        put(pair.second);
    }
    template <class Item> static void one(const Item &item, std::false_type) { put(item); }
    static void go(const T &value) {
        etude_put_count(IsMap<T>::value ? 'm' : HasKeys<T>::value ? 'e' : 'l', std::distance(value.begin(), value.end()));
        for (auto at = value.begin(); at != value.end(); ++at) one<std::decay_t<typename T::value_type>>(*at, IsMap<T>());
    }
};

#if __cplusplus >= 201703L
template <> struct Put<std::string_view> {
    static void go(std::string_view value) { etude_put_text_of(value.data(), value.size()); }
};
template <class T> struct Put<std::optional<T>> {
    static void go(const std::optional<T> &value) {
        if (value) put(*value);
        else etude_put_null();
    }
};
#endif

template <class Call> void run(Call call, std::true_type) {
    call();
    etude_begin("value");
    etude_put_null();
}
template <class Call> void run(Call call, std::false_type) {
    auto &&value = call();
    etude_begin("value");
    try {
        put(value);
    } catch (NotPlain) {
        etude_put_nothing();
    }
}
template <class Call> void run(Call call) { run(call, std::is_void<decltype(call())>()); }

}  // namespace etude_own
