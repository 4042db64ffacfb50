package io.vfiotce.hcall;

import io.vfiotce.support.CodeSizes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * Walks the bytecode that some methods reach inside one package tree and lists what a hot path must not contain.
 *
 * <p>A virtual call is followed only if its target is certain: the class or the method is final. Calls out of the tree must
 * be on a list of names; calls of named cold methods are not followed.
 */
final class BytecodeClosure {
    private static final Map<Integer, String> FORBIDDEN = Map.ofEntries(
            Map.entry(Opcodes.NEW, "NEW"),
            Map.entry(Opcodes.NEWARRAY, "NEWARRAY"),
            Map.entry(Opcodes.ANEWARRAY, "ANEWARRAY"),
            Map.entry(Opcodes.MULTIANEWARRAY, "MULTIANEWARRAY"),
            Map.entry(Opcodes.INVOKEDYNAMIC, "INVOKEDYNAMIC"),
            Map.entry(Opcodes.ATHROW, "ATHROW"),
            Map.entry(Opcodes.MONITORENTER, "MONITORENTER"),
            Map.entry(Opcodes.IDIV, "IDIV"),
            Map.entry(Opcodes.LDIV, "LDIV"),
            Map.entry(Opcodes.IREM, "IREM"),
            Map.entry(Opcodes.LREM, "LREM"));

    private record Member(String owner, String name, String descriptor) {
        String call() {
            return owner + '.' + name;
        }
    }

    private final String tree;
    private final Set<String> allowedCalls;
    private final Set<String> coldMethods;
    private final Set<String> outOfLineMethods;
    private final Map<String, ClassNode> classNodes = new HashMap<>();
    private final Map<String, Map<String, Integer>> codeBytes = new HashMap<>();
    private final ArrayDeque<Member> toWalk = new ArrayDeque<>();
    private final SortedSet<String> walked = new TreeSet<>();
    private final SortedSet<String> classes = new TreeSet<>();
    private final SortedSet<String> usedCalls = new TreeSet<>();
    private final List<String> violations = new ArrayList<>();

    /**
     * Prepares a walk.
     *
     * @param tree internal name of the package tree to stay in, for example {@code "io/vfiotce/"}
     * @param allowedCalls methods outside the tree that may be called, as {@code owner.name} by internal names
     * @param coldMethods methods inside the tree that may be called but are not followed
     * @param outOfLineMethods methods that must never be inlined: only these are larger than {@link CodeSizes#FREQ_INLINE_SIZE}, and they are
     */
    BytecodeClosure(
            final String tree,
            final Set<String> allowedCalls,
            final Set<String> coldMethods,
            final Set<String> outOfLineMethods) {
        this.tree = tree;
        this.allowedCalls = allowedCalls;
        this.coldMethods = coldMethods;
        this.outOfLineMethods = outOfLineMethods;
    }

    /** Walks all methods of a class but its constructors; returns this. */
    BytecodeClosure walkMethods(final String owner) {
        for (final MethodNode method : classNode(owner).methods) {
            if (!method.name.startsWith("<")) {
                walkMethod(owner, method.name);
            }
        }
        return this;
    }

    /** Walks every method of a class that has a name; returns this. */
    BytecodeClosure walkMethod(final String owner, final String name) {
        boolean found = false;
        for (final MethodNode method : classNode(owner).methods) {
            if (method.name.equals(name)) {
                toWalk.add(new Member(owner, method.name, method.desc));
                found = true;
            }
        }
        if (!found) {
            throw new IllegalArgumentException("no method " + owner + '.' + name);
        }
        while (!toWalk.isEmpty()) {
            walk(toWalk.remove());
        }
        return this;
    }

    /** {@return what must not be there, one line each} */
    List<String> violations() {
        return violations;
    }

    /** {@return names of the classes that running the code would initialize, JDK classes left out} */
    SortedSet<String> classes() {
        return classes;
    }

    /** {@return the methods that were walked} */
    SortedSet<String> methods() {
        return walked;
    }

    /** {@return the calls out of the tree that were met} */
    SortedSet<String> usedCalls() {
        return usedCalls;
    }

    private void walk(final Member member) {
        if (!walked.add(member.call() + member.descriptor())) {
            return;
        }
        touch(member.owner());
        final MethodNode method = method(member);
        checkMethod(member, method);
        for (final AbstractInsnNode instruction : method.instructions) {
            final String forbidden = FORBIDDEN.get(instruction.getOpcode());
            if (forbidden != null) {
                violate(member, forbidden);
            }
            if (instruction instanceof FieldInsnNode field) {
                touch(field.owner);
            } else if (instruction instanceof MethodInsnNode call) {
                follow(member, call);
            }
        }
    }

    private void checkMethod(final Member member, final MethodNode method) {
        if ((method.access & Opcodes.ACC_SYNCHRONIZED) != 0) {
            violate(member, "synchronized method");
        }
        if ((method.access & Opcodes.ACC_NATIVE) != 0) {
            violate(member, "native method");
        }
        if ((method.access & Opcodes.ACC_ABSTRACT) != 0) {
            violate(member, "abstract method");
        }
        if (!method.tryCatchBlocks.isEmpty()) {
            violate(member, "try/catch");
        }
        final int bytes = codeBytes.get(member.owner()).getOrDefault(member.name() + member.descriptor(), 0);
        if (bytes > CodeSizes.FREQ_INLINE_SIZE != outOfLineMethods.contains(member.call())) {
            violate(member, "size of " + bytes + " bytes of code");
        }
    }

    private void follow(final Member caller, final MethodInsnNode call) {
        if (call.name.equals("<init>")) {
            // Reported as NEW already; what a constructor does is of no interest.
            return;
        }
        final Member target = resolve(call.owner, call.name, call.desc);
        if (!target.owner().startsWith(tree)) {
            touch(call.owner.startsWith(tree) ? call.owner : target.owner());
            touch(target.owner());
            usedCalls.add(target.call());
            if (target.name().equals("valueOf") && target.owner().startsWith("java/lang/")) {
                violate(caller, "boxing by " + target.call());
            } else if (!allowedCalls.contains(target.call())) {
                violate(caller, "call of " + target.call());
            }
            return;
        }
        if (coldMethods.contains(target.call())) {
            return;
        }
        if (isOpen(call, target)) {
            violate(caller, "open call of " + target.call());
            return;
        }
        toWalk.add(target);
    }

    /** Whether a call could end in a method that this walk does not see. */
    private boolean isOpen(final MethodInsnNode call, final Member target) {
        if (call.getOpcode() == Opcodes.INVOKESTATIC || call.getOpcode() == Opcodes.INVOKESPECIAL) {
            return false;
        }
        final int closed = Opcodes.ACC_FINAL | Opcodes.ACC_PRIVATE;
        return call.getOpcode() == Opcodes.INVOKEINTERFACE
                || ((classNode(call.owner).access & Opcodes.ACC_FINAL) == 0 && (method(target).access & closed) == 0);
    }

    private Member resolve(final String owner, final String name, final String descriptor) {
        String at = owner;
        while (at.startsWith(tree)) {
            final Member member = new Member(at, name, descriptor);
            if (method(member) != null) {
                return member;
            }
            at = classNode(at).superName;
        }
        // Outside the tree only the classes that declare a method are told apart, not those that inherit it.
        return new Member(at, name, descriptor);
    }

    private MethodNode method(final Member member) {
        for (final MethodNode method : classNode(member.owner()).methods) {
            if (method.name.equals(member.name()) && method.desc.equals(member.descriptor())) {
                return method;
            }
        }
        return null;
    }

    private void touch(final String owner) {
        if (!owner.startsWith("java/") && !owner.startsWith("jdk/") && !owner.startsWith("[")) {
            classes.add(owner.replace('/', '.'));
        }
    }

    private void violate(final Member member, final String what) {
        violations.add(member.call() + ": " + what);
    }

    private ClassNode classNode(final String owner) {
        return classNodes.computeIfAbsent(owner, this::read);
    }

    private ClassNode read(final String owner) {
        final String file = owner + ".class";
        try (InputStream in = BytecodeClosure.class.getClassLoader().getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalArgumentException("no class file " + file);
            }
            final ClassReader reader = new ClassReader(in);
            final ClassNode node = new ClassNode();
            reader.accept(node, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
            codeBytes.put(owner, CodeSizes.of(reader));
            return node;
        } catch (final IOException e) {
            throw new UncheckedIOException(file, e);
        }
    }
}
