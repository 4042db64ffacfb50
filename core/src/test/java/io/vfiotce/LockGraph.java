package io.vfiotce;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LookupSwitchInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TableSwitchInsnNode;
import org.objectweb.asm.tree.TryCatchBlockNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * Which lock the code of a tree of classes may take while it holds which: found in the bytecode, over all calls.
 *
 * <p>A monitor is named by the class of its object, or by class and field if that class is not of the tree. A virtual call can
 * end in every override. What a lambda does is done where it is made; but a Runnable is run wherever any is. Whether two
 * objects of one class are the same is not to be seen, so no lock is said to be taken under itself.
 */
final class LockGraph {
    private static final String RUNNABLE = "java/lang/Runnable";
    private static final String RUN = RUNNABLE + ".run()V";

    /** One lock may be taken while another is held, in a method or in one that it calls. */
    record Edge(String outer, String inner, String method) implements Comparable<Edge> {
        @Override
        public int compareTo(final Edge other) {
            return toString().compareTo(other.toString());
        }
    }

    /** What happens in a method with locks held: one more is taken, or one of some methods is called. */
    private record Event(List<String> held, Set<String> locks, Set<String> callees) {}

    private final Map<String, ClassNode> classes = new HashMap<>();
    private final Map<String, List<String>> subclasses = new HashMap<>();
    private final Map<String, List<Event>> events = new HashMap<>();
    private final Map<String, Set<String>> taken = new HashMap<>();
    private final Set<String> runnables = new TreeSet<>();
    private final Map<String, String> spans;
    private final Set<String> moments;
    private final Set<String> skipped;

    /**
     * Reads a tree of classes.
     *
     * @param tree where the class files are
     * @param spans methods that count as taking a lock, as {@code Class.method}, and those that give it up
     * @param moments methods that count as taking a lock and giving it up at once
     * @param skipped methods that nobody is said to call, as {@code Class.method}, and classes whose Runnables only they run
     */
    LockGraph(final Path tree, final Map<String, String> spans, final Set<String> moments, final Set<String> skipped) {
        this.spans = spans;
        this.moments = moments;
        this.skipped = skipped;
        try (Stream<Path> files = Files.walk(tree)) {
            files.filter(file -> file.toString().endsWith(".class")).forEach(this::read);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        classes.values().forEach(type -> type.methods.forEach(method -> new Walk(type, method).run()));
        boolean grown = true;
        while (grown) {
            grown = false;
            for (final String method : events.keySet()) {
                final Set<String> known = taken.computeIfAbsent(method, any -> new TreeSet<>());
                for (final Event event : events.get(method)) {
                    grown |= known.addAll(takenIn(event));
                }
            }
        }
    }

    private void read(final Path file) {
        final ClassNode node = new ClassNode();
        try {
            new ClassReader(Files.readAllBytes(file)).accept(node, ClassReader.SKIP_FRAMES);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        classes.put(node.name, node);
        Stream.concat(Stream.of(node.superName), node.interfaces.stream())
                .forEach(above -> subclasses
                        .computeIfAbsent(above, any -> new ArrayList<>())
                        .add(node.name));
    }

    private Set<String> takenIn(final Event event) {
        final Set<String> all = new TreeSet<>(event.locks);
        for (final String callee : event.callees) {
            (callee.equals(RUN) ? runnables : Set.of(callee))
                    .forEach(method -> all.addAll(taken.getOrDefault(method, Set.of())));
        }
        return all;
    }

    /** {@return every lock that is taken} */
    Set<String> locks() {
        final Set<String> all = new TreeSet<>();
        taken.values().forEach(all::addAll);
        return all;
    }

    /** {@return what may be taken under what, and where} */
    Set<Edge> edges() {
        final Set<Edge> edges = new TreeSet<>();
        events.forEach((method, all) -> {
            final String where = simple(method.substring(0, method.indexOf('(')));
            for (final Event event : all) {
                event.held.forEach(outer -> takenIn(event).stream()
                        .filter(inner -> !inner.equals(outer))
                        .forEach(inner -> edges.add(new Edge(outer, inner, where))));
            }
        });
        return edges;
    }

    private static String simple(final String name) {
        return name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('$')) + 1);
    }

    /** The uppermost class that takes its monitor gives the name. */
    private String monitor(final String type) {
        final ClassNode above = classes.get(classes.get(type).superName);
        final boolean isInherited = above != null
                && above.methods.stream().anyMatch(method -> (method.access & Opcodes.ACC_SYNCHRONIZED) != 0);
        return isInherited ? monitor(above.name) : simple(type);
    }

    /** {@return the methods that a virtual call can end in} */
    private Set<String> targets(final String owner, final String signature) {
        final Set<String> found = new TreeSet<>();
        String above = owner;
        while (classes.containsKey(above) && !declares(above, signature)) {
            above = classes.get(above).superName;
        }
        found.add(above + '.' + signature);
        final ArrayDeque<String> below = new ArrayDeque<>();
        for (String type = owner; classes.containsKey(owner) && type != null; type = below.poll()) {
            found.add(type + '.' + signature);
            below.addAll(subclasses.getOrDefault(type, List.of()));
        }
        return found;
    }

    private boolean declares(final String type, final String signature) {
        return classes.get(type).methods.stream().anyMatch(method -> (method.name + method.desc).equals(signature));
    }

    /** One method, instruction by instruction along every path, with the locks that are held there. */
    private final class Walk {
        private final ClassNode type;
        private final MethodNode method;
        private final List<Event> found = new ArrayList<>();
        private final Map<AbstractInsnNode, List<String>> heldBefore = new HashMap<>();
        private final ArrayDeque<AbstractInsnNode> next = new ArrayDeque<>();

        Walk(final ClassNode type, final MethodNode method) {
            this.type = type;
            this.method = method;
        }

        void run() {
            events.put(type.name + '.' + method.name + method.desc, found);
            final boolean isSynchronized = (method.access & Opcodes.ACC_SYNCHRONIZED) != 0;
            go(method.instructions.getFirst(), isSynchronized ? take(monitor(type.name), List.of()) : List.of());
            while (!next.isEmpty()) {
                final AbstractInsnNode at = next.remove();
                final List<String> held = heldBefore.get(at);
                for (final TryCatchBlockNode block : method.tryCatchBlocks) {
                    if (block.start == at) {
                        go(block.handler, held);
                    }
                }
                goOn(at, after(at, held));
            }
        }

        private void go(final AbstractInsnNode at, final List<String> held) {
            if (at != null && heldBefore.putIfAbsent(at, held) == null) {
                next.add(at);
            }
        }

        private void goOn(final AbstractInsnNode at, final List<String> held) {
            if (at instanceof JumpInsnNode jump) {
                go(jump.label, held);
            } else if (at instanceof TableSwitchInsnNode choice) {
                choice.labels.forEach(label -> go(label, held));
                go(choice.dflt, held);
            } else if (at instanceof LookupSwitchInsnNode choice) {
                choice.labels.forEach(label -> go(label, held));
                go(choice.dflt, held);
            }
            final int opcode = at.getOpcode();
            if (opcode != Opcodes.GOTO
                    && opcode != Opcodes.ATHROW
                    && (opcode < Opcodes.TABLESWITCH || opcode > Opcodes.RETURN)) {
                go(at.getNext(), held);
            }
        }

        private List<String> after(final AbstractInsnNode at, final List<String> held) {
            if (at.getOpcode() == Opcodes.MONITORENTER) {
                return take(entered(at), held);
            }
            if (at.getOpcode() == Opcodes.MONITOREXIT) {
                return held.subList(0, held.size() - 1);
            }
            if (at instanceof InvokeDynamicInsnNode lambda) {
                made(lambda, held);
            }
            return at instanceof MethodInsnNode call ? called(call, held) : held;
        }

        private List<String> take(final String lock, final List<String> held) {
            found.add(new Event(held, Set.of(lock), Set.of()));
            return Stream.concat(held.stream(), Stream.of(lock)).toList();
        }

        private List<String> called(final MethodInsnNode call, final List<String> held) {
            final String name = simple(call.owner) + '.' + call.name;
            if (!skipped.contains(name)) {
                found.add(new Event(held, Set.of(), targets(call.owner, call.name + call.desc)));
            }
            if (moments.contains(name)) {
                take(name, held);
            }
            return spans.containsKey(name)
                    ? take(name, held)
                    : held.stream()
                            .filter(lock -> !name.equals(spans.get(lock)))
                            .toList();
        }

        private void made(final InvokeDynamicInsnNode lambda, final List<String> held) {
            if (lambda.bsmArgs.length < 2 || !(lambda.bsmArgs[1] instanceof Handle body)) {
                return;
            }
            final Set<String> bodies = targets(body.getOwner(), body.getName() + body.getDesc());
            if (!Type.getReturnType(lambda.desc).getInternalName().equals(RUNNABLE)) {
                found.add(new Event(held, Set.of(), bodies));
            } else if (!skipped.contains(simple(type.name))) {
                runnables.addAll(bodies);
            }
        }

        /** The monitor that is entered: of what was loaded, before it was copied into a variable of the compiler's. */
        private String entered(final AbstractInsnNode enter) {
            final AbstractInsnNode loaded = before(before(before(enter)));
            if (loaded instanceof FieldInsnNode field) {
                return named(Type.getType(field.desc), simple(field.owner) + '.' + field.name);
            }
            if (loaded instanceof MethodInsnNode call) {
                return named(Type.getReturnType(call.desc), simple(call.owner) + '.' + call.name);
            }
            return method.localVariables.stream()
                    .filter(local -> local.index == ((VarInsnNode) loaded).var
                            && method.instructions.indexOf(local.start) <= method.instructions.indexOf(loaded)
                            && method.instructions.indexOf(local.end) > method.instructions.indexOf(loaded))
                    .map(local -> named(Type.getType(local.desc), simple(type.name) + '.' + local.name))
                    .findFirst()
                    .orElseThrow();
        }

        private String named(final Type object, final String otherwise) {
            return classes.containsKey(object.getInternalName()) ? monitor(object.getInternalName()) : otherwise;
        }

        private static AbstractInsnNode before(final AbstractInsnNode at) {
            AbstractInsnNode found = at.getPrevious();
            while (found.getOpcode() < 0) {
                found = found.getPrevious();
            }
            return found;
        }
    }
}
