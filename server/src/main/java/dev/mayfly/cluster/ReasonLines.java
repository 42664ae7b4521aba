package dev.mayfly.cluster;

import java.util.function.Predicate;

/**
 * Knows, of the lines of a failed job's log in their order, those that may say why: of Mayfly's own jobs the lines that say
 * so, of Java the exception that ended it, of Python the last line of a traceback. The last such line counts. Not thread-safe;
 * one for each log.
 */
public final class ReasonLines implements Predicate<String> {

    private static final String MAYFLY = "mayfly: ";
    private static final String TRACEBACK = "Traceback (most recent call last)";
    private static final String JAVA_IN_PYTHON = ": ";

    private boolean isTraceback;
    private boolean isAfterTraceback;
    private boolean isPython;

    @Override
    public boolean test(String line) {
        if (line.startsWith(TRACEBACK)) {
            isTraceback = true;
            return false;
        }
        if (isTraceback) {
            boolean isLast = !line.isBlank() && !Character.isWhitespace(line.charAt(0));
            isTraceback = !isLast;
            isAfterTraceback = isLast;
            isPython |= isLast;
            return isLast;
        }
        // Py4J says that something failed, and on the next line what
        boolean isCause = isAfterTraceback && line.startsWith(JAVA_IN_PYTHON);
        isAfterTraceback = false;
        if (isCause && line.contains(TRACEBACK)) {
            isTraceback = true; // that of a worker, whose last line says it best
        }
        // Spark's own exception after a traceback says only that Python has ended
        return isCause || line.startsWith(MAYFLY) || (!isPython && line.startsWith("Exception in thread"));
    }

    /** A line that says why, without what is around it. */
    public static String words(String line) {
        return line.replaceFirst("^(" + MAYFLY + "|" + JAVA_IN_PYTHON + ")", "");
    }
}
