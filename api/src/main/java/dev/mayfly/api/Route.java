package dev.mayfly.api;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One route, said once: the server binds a handler to it, {@link ApiClient} calls it, {@link OpenApi} describes it, and tests walk over
 * all of them. Immutable.
 *
 * @param path with {@code {name}} for what must not hold a slash and {@code <name>} for what may
 * @param summary one sentence for people
 * @param permission who may call it
 * @param errors those that a caller must expect, beside {@link ErrorKind#INVALID}, {@link ErrorKind#FORBIDDEN} and those of a server in
 *     trouble, which every route may answer
 */
public record Route<Q, A>(
        Method method,
        String path,
        String summary,
        Permission permission,
        Input<Q> input,
        Output<A> output,
        Set<ErrorKind> errors) {

    private static final Pattern PARAMETER = Pattern.compile("[{<]([a-z_]+)[}>]");

    public Route {
        errors = Set.copyOf(errors);
    }

    static <Q, A> Route<Q, A> get(
            String path, String summary, Permission permission, Input<Q> input, Output<A> output, ErrorKind... errors) {
        return new Route<>(Method.GET, path, summary, permission, input, output, Set.of(errors));
    }

    static <Q, A> Route<Q, A> post(
            String path, String summary, Permission permission, Input<Q> input, Output<A> output, ErrorKind... errors) {
        return new Route<>(Method.POST, path, summary, permission, input, output, Set.of(errors));
    }

    static <Q, A> Route<Q, A> delete(
            String path, String summary, Permission permission, Input<Q> input, Output<A> output, ErrorKind... errors) {
        return new Route<>(Method.DELETE, path, summary, permission, input, output, Set.of(errors));
    }

    public Right right() {
        return permission.right();
    }

    /** The names in the path, in its order. */
    public List<String> pathParameters() {
        return PARAMETER.matcher(path).results().map(match -> match.group(1)).toList();
    }

    /** Its method and path, as messages and tests name it. */
    @Override
    public String toString() {
        return method + " " + path;
    }
}
