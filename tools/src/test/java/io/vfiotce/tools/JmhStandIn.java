package io.vfiotce.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Jars with nothing in them, and a program that stands for java: it lists their rows and writes results as JMH does. */
final class JmhStandIn {
    private final Path directory;

    JmhStandIn(final Path directory) throws IOException {
        this.directory = directory;
        bytes("base", 0.01);
        bytes("head", 0.01);
        Files.writeString(java(), """
                #!/bin/bash
                jar=${2%%%%:*}
                echo "$*" >>%1$s/calls
                if [ "$4" = -lp ]; then
                    echo 'Benchmarks: '
                    cat "$jar.rows"
                    [ ! -x %1$s/listed ] || %1$s/listed "$jar"
                    exit
                fi
                case $3 in *.Slow) cp "%1$s/slow-$(basename "$jar" .jar).hlog" "$4"; exit ;; esac
                row=${!#}
                row=${row#'^\\Q'}
                row=${row%%'\\E$'}
                while [ $# -gt 0 ]; do
                    [ "$1" = -rff ] && out=$2
                    [ "$1" = -p ] && params="${params:+$params, }\\"${2%%%%=*}\\": \\"${2#*=}\\""
                    shift
                done
                norm=$(cat "%1$s/norm-$(basename "$jar" .jar)")
                case $row in *.empty) norm=0.01 ;; esac
                echo '# Blackhole mode: compiler (auto-detected)'
                f() { printf '"%%s": {"score": %%s, "scoreUnit": "x", "rawData": [[%%s, %%s]]}' "$1" 2 "$2" "$2"; }
                printf '[{"jmhVersion": "1.37", "benchmark": "%%s", "mode": "avgt", "threads": 1, "forks": 1,
                  "jvmArgs": [], "jdkVersion": "17", "vmName": "VM", "vmVersion": "17", "measurementIterations": 2,
                  "measurementBatchSize": 1, "params": {%%s}, "primaryMetric": {"score": 2.0, "scoreUnit": "ns/op",
                  "rawData": [[2.0, 2.0]]}, "secondaryMetrics": {' "$row" "$params" >"$out"
                { f tce.cpu 2.0; echo ,; f tce.busy 1.0; echo ,; f tce.runDelay 0; echo ,; f tce.steal 0; echo ,
                  f tce.jit 0; echo ,; f tce.gc 0; echo ,; f tce.clock 0; echo ,; f gc.alloc.rate 1; echo ,
                  f gc.count 0; echo ,; f gc.alloc.rate.norm "$norm"; echo '}}]'; } >>"$out"
                [ ! -x %1$s/then ] || %1$s/then "$out"
                """.formatted(directory));
        java().toFile().setExecutable(true);
    }

    /** The program. */
    Path java() {
        return directory.resolve("java");
    }

    /** Words of a command that measures with this program. */
    List<Object> words(final String command, final Path config, final Object... more) {
        final List<Object> words = new ArrayList<>(List.of("gate", command, "--jvm", java(), "--config", config));
        words.addAll(List.of(more));
        return words;
    }

    /** Compares {@code a.jar} with {@code b.jar}. */
    TceRun ab(final Path config, final Object... more) {
        final List<Object> words =
                words("ab", config, "--base", directory.resolve("a.jar"), "--head", directory.resolve("b.jar"));
        words.addAll(List.of(more));
        return TceRun.of(words.toArray());
    }

    /** Makes a jar; each line is as JMH lists a benchmark, or a parameter of the one before. */
    Path jar(final String name, final String... lines) throws IOException {
        return jar(name, List.of(name), lines);
    }

    /** Makes a jar that has a program besides, {@code a.Slow}: it copies a log of response times to its first argument. */
    Path jarWithProgram(final String name, final String... lines) throws IOException {
        return jar(name, List.of(name, "a/Slow.class"), lines);
    }

    /** What the program of an arm writes. */
    Path written(final String arm) {
        return directory.resolve("slow-" + arm + ".hlog");
    }

    private Path jar(final String name, final List<String> entries, final String... lines) throws IOException {
        final Path jar = directory.resolve(name);
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
            for (final String entry : entries) {
                out.putNextEntry(new ZipEntry(entry));
            }
        }
        Files.writeString(directory.resolve(name + ".rows"), String.join("\n", lines) + "\n");
        return jar;
    }

    /** What an operation of an arm allocates, but for rows called empty. */
    void bytes(final String arm, final double perOperation) throws IOException {
        Files.writeString(directory.resolve("norm-" + arm), String.valueOf(perOperation));
    }

    /** A shell script that runs at the end of each fork, with the result's path. */
    void then(final String script) throws IOException {
        script("then", script);
    }

    /** The same at the end of each list of rows, with the jar's path. */
    void listed(final String script) throws IOException {
        script("listed", script);
    }

    private void script(final String name, final String script) throws IOException {
        final Path program = directory.resolve(name);
        Files.writeString(program, "#!/bin/bash\n" + script + "\n");
        program.toFile().setExecutable(true);
    }

    /** How often the program was called. */
    long calls() throws IOException {
        return Files.readAllLines(directory.resolve("calls")).size();
    }
}
