package io.vfiotce.tools.gate.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.vfiotce.tools.BadInputException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;

/**
 * One object of the file, read key by key. Whatever cannot be used is refused with the file and the place; a key that
 * nobody asked for is refused by {@link #finish}. Where a fallback is given, an absent key yields it.
 */
final class ConfigObject {
    private static final Pattern PERCENT = Pattern.compile("(\\d{1,4}(?:\\.\\d{1,6})?)%");

    private final String file;
    private final String path;
    private final JsonNode node;
    private final Set<String> asked = new TreeSet<>();

    ConfigObject(final String file, final String path, final JsonNode node) {
        if (!node.isObject()) {
            throw new BadInputException(file + ": " + (path.isEmpty() ? "the file" : path) + " is not an object");
        }
        this.file = file;
        this.path = path;
        this.node = node;
    }

    /** Refuses keys that nobody asked for. */
    void finish() {
        for (final String key : (Iterable<String>) node::fieldNames) {
            if (!asked.contains(key)) {
                throw wrong(key, "is unknown; known are " + String.join(", ", asked));
            }
        }
    }

    /** The error that a key's value is. */
    BadInputException wrong(final String key, final String what) {
        return new BadInputException(file + ": " + place(key) + " " + what);
    }

    /** The error that this object is as a whole. */
    BadInputException wrong(final String what) {
        return new BadInputException(file + ": " + path + " " + what);
    }

    boolean has(final String key) {
        asked.add(key);
        return node.has(key);
    }

    boolean isText(final String key) {
        asked.add(key);
        return node.path(key).isTextual();
    }

    String text(final String key) {
        final String text = text(key, "");
        if (text.isBlank()) {
            throw wrong(key, "is missing or empty");
        }
        return text;
    }

    String text(final String key, final String fallback) {
        return has(key) ? text(place(key), node.get(key)) : fallback;
    }

    boolean flag(final String key, final boolean fallback) {
        if (!has(key)) {
            return fallback;
        }
        if (!node.get(key).isBoolean()) {
            throw wrong(key, "is neither true nor false");
        }
        return node.get(key).booleanValue();
    }

    int integer(final String key, final int min, final int max, final int fallback) {
        if (!has(key)) {
            return fallback;
        }
        final JsonNode value = node.get(key);
        if (!value.canConvertToInt() || !value.isIntegralNumber() || value.intValue() < min || value.intValue() > max) {
            throw wrong(key, "is no whole number in " + min + ".." + max);
        }
        return value.intValue();
    }

    Double number(final String key, final double min, final double max, final Double fallback) {
        if (!has(key)) {
            return fallback;
        }
        final JsonNode value = node.get(key);
        // Written so that NaN, were it ever read, is refused too.
        if (!value.isNumber() || !(value.doubleValue() >= min && value.doubleValue() <= max)) {
            throw wrong(key, "is no number in " + min + ".." + max);
        }
        return value.doubleValue();
    }

    /** A share that is written as text with a percent sign, since 5 and 0.05 are taken for each other too easily. */
    Double percent(final String key, final double max, final Double fallback) {
        if (!has(key)) {
            return fallback;
        }
        final var matcher =
                PERCENT.matcher(node.get(key).isTextual() ? node.get(key).textValue() : "");
        if (!matcher.matches() || Double.parseDouble(matcher.group(1)) > max * 100) {
            throw wrong(
                    key,
                    String.format(Locale.ROOT, "is no text like \"5%%\", at most \"%d%%\"", Math.round(max * 100)));
        }
        return Double.parseDouble(matcher.group(1)) / 100;
    }

    <E extends Enum<E>> E choice(final String key, final Class<E> type, final E fallback) {
        return has(key) ? choice(place(key), node.get(key), EnumSet.allOf(type)) : fallback;
    }

    /** The list, or null if the key is absent. */
    <E extends Enum<E>> List<E> choices(final String key, final Class<E> type, final Set<E> allowed) {
        return has(key) ? list(key, (place, value) -> choice(place, value, allowed)) : null;
    }

    List<String> texts(final String key, final List<String> fallback) {
        return has(key) ? list(key, this::text) : fallback;
    }

    /** As {@link #texts}, each of them a regular expression. */
    List<String> patterns(final String key, final List<String> fallback) {
        return has(key)
                ? list(key, (place, value) -> compile(place, text(place, value)).pattern())
                : fallback;
    }

    Pattern pattern(final String key) {
        return compile(place(key), text(key));
    }

    /** The objects of a list; an absent key yields none. */
    List<ConfigObject> objects(final String key) {
        return has(key) ? list(key, (place, value) -> new ConfigObject(file, place, value)) : List.of();
    }

    /** An object; an absent key yields an empty one. */
    ConfigObject object(final String key) {
        return new ConfigObject(file, place(key), has(key) ? node.get(key) : JsonNodeFactory.instance.objectNode());
    }

    /** The keys of this object in the order of the file, all of them names that the user chose. */
    List<String> names() {
        final List<String> result = new ArrayList<>();
        node.fieldNames().forEachRemaining(result::add);
        return result;
    }

    private <T> List<T> list(final String key, final BiFunction<String, JsonNode, T> element) {
        final JsonNode array = node.get(key);
        if (!array.isArray()) {
            throw wrong(key, "is not a list");
        }
        final List<T> result = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            result.add(element.apply(place(key) + "[" + i + "]", array.get(i)));
        }
        return List.copyOf(result);
    }

    private String text(final String place, final JsonNode value) {
        if (!value.isTextual()) {
            throw new BadInputException(file + ": " + place + " is no text");
        }
        return value.textValue();
    }

    private Pattern compile(final String place, final String regex) {
        try {
            return Pattern.compile(regex);
        } catch (final PatternSyntaxException e) {
            throw new BadInputException(file + ": " + place + " is no regular expression: " + e.getDescription()
                    + " near index " + e.getIndex());
        }
    }

    private <E extends Enum<E>> E choice(final String place, final JsonNode value, final Set<E> allowed) {
        return allowed.stream()
                .filter(candidate -> value.isTextual() && word(candidate).equals(value.textValue()))
                .findFirst()
                .orElseThrow(() -> new BadInputException(file + ": " + place + " is none of "
                        + allowed.stream().map(ConfigObject::word).collect(Collectors.joining(", "))));
    }

    /** How the file writes a constant. */
    static String word(final Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private String place(final String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
