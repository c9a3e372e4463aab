import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import software.amazon.event.ruler.JsonRuleCompiler;
import software.amazon.event.ruler.Machine;

/**
 * Reads lines {"pattern": text, "event": text} and answers each with true, false or "error: why".
 * The first line it writes is the engine's version.
 */
public final class Answers {
    private static final ObjectMapper JSON = new ObjectMapper();

    public static void main(String[] arguments) throws IOException {
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        out.println(version());
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            JsonNode question = JSON.readTree(line);
            out.println(answer(question.get("pattern").asText(), question.get("event").asText()));
        }
        out.flush();
    }

    /**
     * The compiler is asked first, and strictly: Machine.addRule alone would fall back to an older
     * one that does not know $or, and would let a field named twice overwrite itself.
     *
     * States are reused because without that option 2.1.0 contradicts itself now and then: for a
     * numeric range beside other values and $or, its answer hangs on the identity hashes of its
     * states. The first such pattern of a fresh JVM shows it:
     * {"x": ["q", {"numeric": ["<", 5]}], "$or": [{"y": ["a"]}, {"z": ["b"]}]} on {"x": "q", "y": "a"}.
     */
    private static String answer(String pattern, String event) {
        String mistake = JsonRuleCompiler.check(pattern, false);
        if (mistake != null) {
            return "error: " + mistake.lines().findFirst().orElse("");
        }
        try {
            Machine machine = Machine.builder().withAdditionalNameStateReuse(true).build();
            machine.addRule("rule", pattern);
            return String.valueOf(!machine.rulesForJSONEvent(event).isEmpty());
        } catch (Exception | AssertionError mishap) {
            return "error: " + mishap;
        }
    }

    private static String version() throws IOException {
        String path = "/META-INF/maven/software.amazon.event.ruler/event-ruler/pom.properties";
        Properties properties = new Properties();
        try (InputStream file = Machine.class.getResourceAsStream(path)) {
            properties.load(file);
        }
        return properties.getProperty("version");
    }
}
