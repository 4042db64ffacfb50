package io.vfiotce.tools.gate.stats;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/** The golden values that golden.py wrote with SciPy. */
final class Golden {
    static final double TOLERANCE = 1e-12;

    private Golden() {}

    static List<JsonNode> cases(final String kind) throws IOException {
        try (InputStream in = Golden.class.getResourceAsStream("golden.json")) {
            final List<JsonNode> cases = new ArrayList<>();
            new ObjectMapper().readTree(in).get(kind).forEach(cases::add);
            return cases;
        }
    }

    static double[] numbers(final JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .mapToDouble(JsonNode::asDouble)
                .toArray();
    }

    /** The bound at an index of a case's list; infinite where the golden value says that there is none. */
    static double bound(final JsonNode bounds, final int index, final double ifNone) {
        return bounds.get(index).isNull() ? ifNone : bounds.get(index).asDouble();
    }
}
