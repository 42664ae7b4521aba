package dev.mayfly.mlflow;

import dev.mayfly.idempotency.IdempotentCreate;
import dev.mayfly.idempotency.IdempotentRequests;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.util.List;

/** Where routes are put: each under both of MLflow's prefixes. */
final class Api {

    private static final List<String> PREFIXES = List.of("/api/2.0/", "/ajax-api/2.0/");

    private final RoutesConfig routes;
    private final IdempotentRequests idempotent;

    Api(RoutesConfig routes, IdempotentRequests idempotent) {
        this.routes = routes;
        this.idempotent = idempotent;
    }

    /** Answers the fields of a request with a reply. */
    interface Answer {
        Object answer(Fields fields);
    }

    void get(String path, Answer answer) {
        PREFIXES.forEach(prefix -> routes.get(prefix + "mlflow/" + path, json(answer)));
    }

    void post(String path, Answer answer) {
        PREFIXES.forEach(prefix -> routes.post(prefix + "mlflow/" + path, json(answer)));
    }

    /** Answers a request whose answer depends on how this server was reached. */
    interface Addressed {
        Object answer(Context request, Fields fields);
    }

    /** Like {@link #post}, for answers that hold addresses. */
    void direct(String path, Addressed answer) {
        PREFIXES.forEach(prefix -> routes.post(
                prefix + "mlflow/" + path, request -> reply(request, answer.answer(request, Fields.of(request)))));
    }

    /** Answers the fields of a request to create something, which a client may send twice. */
    interface Creation {
        Object answer(Fields fields, IdempotentCreate once);
    }

    /** Like {@link #post}, for what a request that repeats an {@code Idempotency-Key} must not make twice. */
    void create(String path, Creation creation) {
        Handler handler = request -> {
            Fields fields = Fields.of(request);
            String key = request.header("Idempotency-Key");
            IdempotentCreate once =
                    key == null ? IdempotentCreate.ALWAYS_NEW : idempotent.request(path, key, request.body());
            reply(request, creation.answer(fields, once));
        };
        PREFIXES.forEach(prefix -> routes.post(prefix + "mlflow/" + path, handler));
    }

    void patch(String path, Answer answer) {
        PREFIXES.forEach(prefix -> routes.patch(prefix + "mlflow/" + path, json(answer)));
    }

    void delete(String path, Answer answer) {
        PREFIXES.forEach(prefix -> routes.delete(prefix + "mlflow/" + path, json(answer)));
    }

    /** For what MLflow's protocol has no words, and Mayfly's own client sends. */
    void ours(String path, Answer answer) {
        routes.put("/api/2.0/mayfly/" + path, json(answer));
    }

    Artifacts artifacts() {
        return new Artifacts();
    }

    /** The artifact proxy's routes, which carry bytes. */
    final class Artifacts {

        void get(String path, Handler handler) {
            PREFIXES.forEach(prefix -> routes.get(prefix + "mlflow-artifacts/" + path, handler));
        }

        void put(String path, Handler handler) {
            PREFIXES.forEach(prefix -> routes.put(prefix + "mlflow-artifacts/" + path, handler));
        }

        void delete(String path, Handler handler) {
            PREFIXES.forEach(prefix -> routes.delete(prefix + "mlflow-artifacts/" + path, handler));
        }

        void post(String path, Handler handler) {
            PREFIXES.forEach(prefix -> routes.post(prefix + "mlflow-artifacts/" + path, handler));
        }
    }

    private static Handler json(Answer answer) {
        return request -> reply(request, answer.answer(Fields.of(request)));
    }

    static void reply(Context request, Object reply) {
        request.contentType("application/json").result(Wire.write(reply));
    }
}
