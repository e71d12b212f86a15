// Makes the call that stands in __etude_call and writes its value; runs in the answer's jail, beside it.
//
// What is expected is not here. The formats are those of etude.grading.plain.

namespace EtudeOwn {
    using System;
    using System.Collections;
    using System.Collections.Generic;
    using System.Globalization;
    using System.IO;
    using System.Linq;
    using System.Numerics;
    using System.Reflection;
    using System.Runtime.ExceptionServices;
    using System.Text;

    class NotPlain : Exception { }

    class Misfit : Exception {
        public Misfit(object value, Type type) : base(value + " → " + type) { }
    }

    static class Calls {
        const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly
            | BindingFlags.Static | BindingFlags.Instance;

        static void Main() {
            var call = (List<object>) new Reader(File.ReadAllBytes("__etude_call")).Read();
            object[] reply = Reply((string) call[0], (List<object>) call[1]);
            byte[] written;
            try {
                written = Writer.Write(reply);
            } catch (NotPlain) {
                written = Writer.Write(new object[] { "uncrossable", "" });
            }
            Console.Out.Flush();
            Console.Error.Flush();
            File.WriteAllBytes("__etude_result", written);
            Environment.Exit(0);
        }

        static object[] Reply(string name, List<object> values) {
            var named = Named(name);
            if (named.Count == 0) return new object[] { "missing", name };
            var counts = new List<string>();
            string misfit = null;
            object[] best = null;
            MethodInfo chosen = null;
            int cost = int.MaxValue;
            foreach (MethodInfo method in named) {
                ParameterInfo[] parameters = method.GetParameters();
                var given = Gathered(values, parameters);
                if (given.Count > parameters.Length || parameters.Skip(given.Count).Any(one => !one.IsOptional)) {
                    counts.Add("" + parameters.Length);
                    continue;
                }
                var fitter = new Fitter();
                var arguments = parameters.Select(one => one.DefaultValue).ToArray();
                try {
                    for (int place = 0; place < given.Count; place++)
                        arguments[place] = fitter.Fit(given[place], parameters[place].ParameterType);
                } catch (Misfit error) {
                    misfit = method + " – " + error.Message;
                    continue;
                }
                if (fitter.Cost < cost) {
                    cost = fitter.Cost;
                    best = arguments;
                    chosen = method;
                }
            }
            if (chosen == null)
                return misfit == null ? new object[] { "arity", string.Join(", ", counts) } : new object[] { "type", misfit };
            return new object[] { "value", Invoke(chosen, best) };
        }

        static object Invoke(MethodInfo method, object[] arguments) {
            try {
                object subject = method.IsStatic ? null : Activator.CreateInstance(method.DeclaringType, true);
                return method.Invoke(subject, arguments);
            } catch (TargetInvocationException error) {
                ExceptionDispatchInfo.Capture(error.InnerException).Throw();
                throw;
            }
        }

        // The values with the last of them in a list, for a method whose last parameter takes any number.
        static List<object> Gathered(List<object> values, ParameterInfo[] parameters) {
            int last = parameters.Length - 1;
            bool takesMany = last >= 0 && parameters[last].IsDefined(typeof(ParamArrayAttribute), false);
            if (!takesMany || values.Count < last || (values.Count == last + 1 && values[last] is List<object>)) return values;
            return values.Take(last).Concat(new object[] { values.Skip(last).ToList() }).ToList();
        }

        // The static methods of that name in all classes of the answer; else those of objects that need nothing.
        static List<MethodInfo> Named(string name) {
            var found = new List<MethodInfo>();
            foreach (Type type in Assembly.GetExecutingAssembly().GetTypes()) {
                if (type.Namespace == "EtudeOwn") continue;
                foreach (MethodInfo method in type.GetMethods(All)) {
                    bool isLocal = method.Name.Contains(">g__" + name + "|");
                    if ((method.Name == name || isLocal) && !method.IsAbstract && !method.ContainsGenericParameters) found.Add(method);
                }
            }
            var ofClass = found.Where(method => method.IsStatic).ToList();
            if (ofClass.Count > 0) return ofClass;
            const BindingFlags any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance;
            return found.Where(one => one.DeclaringType.IsValueType
                || one.DeclaringType.GetConstructor(any, null, Type.EmptyTypes, null) != null).ToList();
        }
    }

    class Reader {
        readonly byte[] data;
        int place;

        public Reader(byte[] data) {
            this.data = data;
        }

        public object Read() {
            char tag = (char) data[place++];
            switch (tag) {
                case 'n': return null;
                case 't': return true;
                case 'f': return false;
                case 'i': return BigInteger.Parse(Until(';'), CultureInfo.InvariantCulture);
                case 'd': return Double(Until(';'));
            }
            int count = int.Parse(Until(':'), CultureInfo.InvariantCulture);
            if (tag == 's') {
                place += count;
                return Encoding.UTF8.GetString(data, place - count, count);
            }
            if (tag == 'm') {
                var pairs = new List<KeyValuePair<object, object>>();
                for (int number = 0; number < count; number++) {
                    object key = Read();
                    pairs.Add(new KeyValuePair<object, object>(key, Read()));
                }
                return pairs;
            }
            var items = new List<object>();
            for (int number = 0; number < count; number++) items.Add(Read());
            return tag == 'e' ? (object) items.ToArray() : items;
        }

        static double Double(string text) {
            if (text == "inf") return double.PositiveInfinity;
            if (text == "-inf") return double.NegativeInfinity;
            return text == "nan" ? double.NaN : double.Parse(text, CultureInfo.InvariantCulture);
        }

        string Until(char end) {
            int start = place;
            while (data[place] != end) place++;
            return Encoding.ASCII.GetString(data, start, place++ - start);
        }
    }

    static class Writer {
        public static byte[] Write(object value) {
            var result = new MemoryStream();
            Write(value, result, 0);
            return result.ToArray();
        }

        static void Write(object value, Stream result, int depth) {
            if (depth > 100) throw new NotPlain();
            if (value == null) Put(result, "n");
            else if (value is bool) Put(result, (bool) value ? "t" : "f");
            else if (value is sbyte || value is byte || value is short || value is ushort || value is int || value is uint
                || value is long || value is ulong || value is BigInteger)
                Put(result, "i" + ((IFormattable) value).ToString(null, CultureInfo.InvariantCulture) + ";");
            else if (value is float || value is double || value is decimal) {
                string text = ((IFormattable) value).ToString(value is decimal ? null : "R", CultureInfo.InvariantCulture);
                Put(result, "d" + text.Replace("Infinity", "inf").Replace("NaN", "nan").Replace("E+", "e") + ";");
            } else if (value is string || value is char) {
                byte[] text = Encoding.UTF8.GetBytes(value.ToString());
                Put(result, "s" + text.Length + ":");
                result.Write(text, 0, text.Length);
            } else WriteMany(value, result, depth + 1);
        }

        static void WriteMany(object value, Stream result, int depth) {
            Type type = value.GetType();
            if (type.Assembly == Assembly.GetExecutingAssembly()) throw new NotPlain();
            string family = type.IsGenericType ? type.GetGenericTypeDefinition().FullName : "";
            if (family.StartsWith("System.ValueTuple`") || family.StartsWith("System.Tuple`")) {
                IEnumerable<object> parts = family.StartsWith("System.Tuple")
                    ? type.GetProperties().Select(one => one.GetValue(value)) : type.GetFields().Select(one => one.GetValue(value));
                WriteAll('l', parts.ToList(), result, depth);
            } else if (value is IDictionary) {
                var parts = new List<object>();
                foreach (DictionaryEntry pair in (IDictionary) value) { parts.Add(pair.Key); parts.Add(pair.Value); }
                Put(result, "m" + parts.Count / 2 + ":");
                foreach (object part in parts) Write(part, result, depth);
            } else if (value is Array && ((Array) value).Rank == 2) {
                var table = (Array) value;
                var rows = Enumerable.Range(0, table.GetLength(0)).Select(row => (object) Enumerable.Range(0, table.GetLength(1))
                    .Select(column => table.GetValue(row, column)).ToList());
                WriteAll('l', rows.ToList(), result, depth);
            } else if (value is IEnumerable) {
                bool isSet = type.GetInterfaces().Any(one => one.IsGenericType && one.GetGenericTypeDefinition() == typeof(ISet<>));
                WriteAll(isSet ? 'e' : 'l', ((IEnumerable) value).Cast<object>().Take(500000).ToList(), result, depth);
            } else throw new NotPlain();
        }

        static void WriteAll(char tag, List<object> items, Stream result, int depth) {
            Put(result, "" + tag + items.Count + ":");
            foreach (object item in items) Write(item, result, depth);
        }

        static void Put(Stream result, string text) {
            byte[] data = Encoding.UTF8.GetBytes(text);
            result.Write(data, 0, data.Length);
        }
    }

    // Makes of plain values what parameters take; Cost grows the further it goes, for the choice of an overload.
    class Fitter {
        public int Cost;
        static readonly Type[] Whole = {
            typeof(int), typeof(long), typeof(short), typeof(byte), typeof(uint), typeof(ulong), typeof(ushort), typeof(sbyte)
        };
        static readonly Type[] Many = { typeof(List<>), typeof(HashSet<>), typeof(LinkedList<>), typeof(Queue<>), typeof(Stack<>) };

        public object Fit(object value, Type type) {
            Type inner = Nullable.GetUnderlyingType(type);
            if (value == null) {
                if (type.IsValueType && inner == null) throw new Misfit("null", type);
                return null;
            }
            if (inner != null) return Fit(value, inner);
            if (value is BigInteger || value is double) return FitNumber(value, type);
            if (value is string) {
                if (type == typeof(char) && ((string) value).Length == 1) return ((string) value)[0];
                if (type.IsAssignableFrom(typeof(string))) return value;
            }
            if (value is bool && type.IsAssignableFrom(typeof(bool))) return value;
            if (value is List<KeyValuePair<object, object>>) return FitMap((List<KeyValuePair<object, object>>) value, type);
            if (value is IList) return FitMany((IList) value, type);
            throw new Misfit(value, type);
        }

        object FitNumber(object value, Type type) {
            int rank = Array.IndexOf(Whole, type);
            if (value is BigInteger && rank >= 0) {
                Cost += rank;
                try {
                    return Convert.ChangeType((decimal) (BigInteger) value, type, CultureInfo.InvariantCulture);
                } catch (OverflowException) {
                    throw new Misfit(value, type);
                }
            }
            if (value is BigInteger && type == typeof(BigInteger)) return value;
            double number = value is double ? (double) value : (double) (BigInteger) value;
            Cost += value is double ? 0 : 10;
            if (type == typeof(double)) return number;
            Cost += 1;
            if (type == typeof(float)) return (float) number;
            if (type == typeof(decimal)) return value is double ? (decimal) number : (decimal) (BigInteger) value;
            if (type == typeof(object)) return value is BigInteger && number == (int) number ? (int) number : (object) number;
            throw new Misfit(value, type);
        }

        object FitMany(IList items, Type type) {
            if (type.IsArray && type.GetArrayRank() == 2) return FitTable(items, type);
            if (type.IsArray) return FitArray(items, type.GetElementType());
            Type[] inner = type.IsGenericType ? type.GetGenericArguments() : new Type[0];
            string family = type.IsGenericType ? type.GetGenericTypeDefinition().FullName : "";
            if (family.StartsWith("System.ValueTuple`") || family.StartsWith("System.Tuple`")) {
                if (inner.Length != items.Count) throw new Misfit("list", type);
                return Activator.CreateInstance(type, inner.Select((one, place) => Fit(items[place], one)).ToArray());
            }
            if (inner.Length == 1) {
                Array array = FitArray(items, inner[0]);
                bool isSet = items is object[];
                foreach (Type many in isSet ? Many.Reverse() : Many) {
                    Type made = many.MakeGenericType(inner);
                    if (type.IsAssignableFrom(made) && (many == typeof(HashSet<>)) == isSet) return Activator.CreateInstance(made, array);
                }
            }
            Cost += 20;
            if (type.IsAssignableFrom(typeof(List<object>))) return ((object[]) FitArray(items, typeof(object))).ToList();
            throw new Misfit("list", type);
        }

        Array FitArray(IList items, Type inner) {
            Array array = Array.CreateInstance(inner, items.Count);
            for (int place = 0; place < items.Count; place++) array.SetValue(Fit(items[place], inner), place);
            return array;
        }

        object FitTable(IList rows, Type type) {
            int width = rows.Count > 0 && rows[0] is IList ? ((IList) rows[0]).Count : 0;
            Array table = Array.CreateInstance(type.GetElementType(), rows.Count, width);
            for (int row = 0; row < rows.Count; row++) {
                var items = rows[row] as IList;
                if (items == null || items.Count != width) throw new Misfit("list", type);
                for (int column = 0; column < width; column++) table.SetValue(Fit(items[column], type.GetElementType()), row, column);
            }
            return table;
        }

        object FitMap(List<KeyValuePair<object, object>> pairs, Type type) {
            Type[] inner = type.IsGenericType ? type.GetGenericArguments() : new Type[0];
            foreach (Type family in new[] { typeof(Dictionary<,>), typeof(SortedDictionary<,>) }) {
                if (inner.Length != 2 || !type.IsAssignableFrom(family.MakeGenericType(inner))) continue;
                var map = (IDictionary) Activator.CreateInstance(family.MakeGenericType(inner));
                foreach (var pair in pairs) map.Add(Fit(pair.Key, inner[0]), Fit(pair.Value, inner[1]));
                return map;
            }
            throw new Misfit("map", type);
        }
    }
}
