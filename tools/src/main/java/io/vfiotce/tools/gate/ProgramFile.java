package io.vfiotce.tools.gate;

import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Takes a program's file from the command line, which is refused as a whole if there is none that can be run. */
final class ProgramFile implements ITypeConverter<Path> {
    @Override
    public Path convert(final String value) {
        final Path file = Path.of(value);
        if (!Files.isRegularFile(file) || !Files.isExecutable(file)) {
            throw new TypeConversionException(value + ": is no file that can be executed");
        }
        // Forks run in another directory.
        return file.toAbsolutePath();
    }
}
