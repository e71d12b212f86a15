// Jail A of a script in Java: the rows of @CsvSource.

package etude.calls;

import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

final class Csv {
    private Csv() {
    }

    /** The values of one row, each as a parameter takes it. Raises for one that it does not take. */
    static Object[] read(String row, char delimiter, Type[] taken) throws Values.Misfit {
        List<String> cells = cells(row, delimiter);
        Object[] values = new Object[Math.min(cells.size(), taken.length)];
        for (int place = 0; place < values.length; place++) {
            values[place] = value(cells.get(place), taken[place]);
        }
        return values;
    }

    /** What stands between quotes 'so' is taken as it is; elsewhere spaces at the ends do not count, and nothing is null. */
    private static List<String> cells(String row, char delimiter) {
        List<String> cells = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean isInside = false;
        boolean isQuoted = false;
        for (char letter : (row + delimiter).toCharArray()) {
            if (letter == '\'') {
                isInside = !isInside;
                if (isInside && !isQuoted) {
                    cell.setLength(0);
                } else if (isInside) {
                    cell.append(letter);
                }
                isQuoted = true;
            } else if (letter == delimiter && !isInside) {
                String plain = cell.toString().strip();
                cells.add(isQuoted ? cell.toString() : plain.isEmpty() ? null : plain);
                cell.setLength(0);
                isQuoted = false;
            } else if (isInside || !isQuoted) {
                cell.append(letter);
            }
        }
        return cells;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Object value(String cell, Type type) throws Values.Misfit {
        if (cell == null || type == String.class || type == Object.class || type == CharSequence.class) {
            return cell;
        }
        if (type instanceof Class<?> wanted && wanted.isEnum()) {
            return Enum.valueOf((Class<Enum>) wanted, cell);
        }
        if (type == BigDecimal.class) {
            return new BigDecimal(cell);
        }
        if (type == boolean.class || type == Boolean.class) {
            return Boolean.valueOf(cell);
        }
        boolean isLetter = type == char.class || type == Character.class;
        boolean isWhole = !isLetter && cell.matches("[-+]?\\d+");
        Object read = isLetter ? cell : isWhole && cell.length() < 19 ? (Object) Long.valueOf(cell)
            : isWhole ? new BigInteger(cell) : (Object) Double.valueOf(cell);
        return new Values.Fitter().fit(read, type);
    }
}
