package io.vfiotce.tools;

import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Sizes in bytes: a number, optionally with K, M, G or T for powers of 1024. */
final class SizeConverter implements ITypeConverter<Long> {
    static final long TIB = 1L << 40;
    private static final String UNITS = "KMGT";
    private static final int UNIT_SHIFT = 10;

    @Override
    public Long convert(final String value) {
        final String text = value.toUpperCase(Locale.ROOT);
        final int unit = text.isEmpty() ? -1 : UNITS.indexOf(text.charAt(text.length() - 1));
        try {
            final long number = Long.parseLong(unit < 0 ? text : text.substring(0, text.length() - 1));
            return Math.multiplyExact(number, 1L << (UNIT_SHIFT * (unit + 1)));
        } catch (final NumberFormatException | ArithmeticException e) {
            throw new TypeConversionException("'" + value + "' is not a size such as 65536, 64K or 1G");
        }
    }
}
