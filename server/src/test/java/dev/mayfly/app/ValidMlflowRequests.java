package dev.mayfly.app;

import dev.mayfly.app.Things.Request;
import dev.mayfly.app.ValidRequests.Maker;
import java.util.Map;

/** A valid request for each route of MLflow's protocol, for things that are new. */
final class ValidMlflowRequests {

    private static final String MLFLOW = "/api/2.0/mlflow/";
    private static final String FILES = "/api/2.0/mlflow-artifacts/";

    private final Map<String, Maker> makers;

    private ValidMlflowRequests(Map<String, Maker> makers) {
        this.makers = makers;
    }

    static void into(Map<String, Maker> makers) {
        ValidMlflowRequests all = new ValidMlflowRequests(makers);
        all.experiments();
        all.runs();
        all.models();
        all.loggedModels();
        all.artifacts();
        all.administration();
    }

    private void post(String path, Maker maker) {
        makers.put("POST " + MLFLOW + path, maker);
    }

    private static Request post(String path, String body) {
        return new Request("POST", MLFLOW + path, body.replace('\'', '"'));
    }

    private void any(String method, String route, Maker maker) {
        makers.put(method + " " + route, maker);
    }

    private static Request get(String path) {
        return new Request("GET", path, "");
    }

    private void experiments() {
        post("experiments/create", of -> post("experiments/create", "{'name':'%s'}".formatted(of.name())));
        any("GET", MLFLOW + "experiments/get", of -> get(MLFLOW + "experiments/get?experiment_id=" + of.experiment()));
        any("GET", MLFLOW + "experiments/get-by-name", of -> {
            String name = of.name();
            of.experiment(name);
            return get(MLFLOW + "experiments/get-by-name?experiment_name=" + name);
        });
        post("experiments/search", of -> post("experiments/search", "{'max_results':10}"));
        any("GET", MLFLOW + "experiments/search", of -> get(MLFLOW + "experiments/search?max_results=10"));
        post(
                "experiments/delete",
                of -> post("experiments/delete", "{'experiment_id':'%s'}".formatted(of.experiment())));
        post("experiments/restore", of -> {
            String id = of.experiment();
            of.post(MLFLOW + "experiments/delete", "{\"experiment_id\":\"" + id + "\"}");
            return post("experiments/restore", "{'experiment_id':'%s'}".formatted(id));
        });
        post(
                "experiments/update",
                of -> post(
                        "experiments/update",
                        "{'experiment_id':'%s','new_name':'%s'}".formatted(of.experiment(), of.name())));
        post(
                "experiments/set-experiment-tag",
                of -> post(
                        "experiments/set-experiment-tag",
                        "{'experiment_id':'%s','key':'t','value':'v'}".formatted(of.experiment())));
        post("experiments/delete-experiment-tag", of -> {
            String id = of.experiment();
            of.post(
                    MLFLOW + "experiments/set-experiment-tag",
                    "{\"experiment_id\":\"" + id + "\",\"key\":\"t\",\"value\":\"v\"}");
            return post("experiments/delete-experiment-tag", "{'experiment_id':'%s','key':'t'}".formatted(id));
        });
        post(
                "experiments/search-datasets",
                of -> post("experiments/search-datasets", "{'experiment_ids':['%s']}".formatted(of.experiment())));
    }

    private void runs() {
        post("runs/create", of -> post("runs/create", "{'experiment_id':'%s'}".formatted(of.experiment())));
        any("GET", MLFLOW + "runs/get", of -> get(MLFLOW + "runs/get?run_id=" + of.run()));
        post("runs/search", of -> post("runs/search", "{'experiment_ids':['%s']}".formatted(of.experiment())));
        post("runs/update", of -> post("runs/update", "{'run_uuid':'%s','status':'FINISHED'}".formatted(of.run())));
        post("runs/delete", of -> post("runs/delete", "{'run_id':'%s'}".formatted(of.run())));
        post("runs/restore", of -> post("runs/restore", "{'run_id':'%s'}".formatted(of.run())));
        post(
                "runs/log-metric",
                of -> post("runs/log-metric", "{'run_id':'%s','key':'m','value':1,'timestamp':1}".formatted(of.run())));
        post(
                "runs/log-parameter",
                of -> post("runs/log-parameter", "{'run_id':'%s','key':'p','value':'1'}".formatted(of.run())));
        post("runs/set-tag", of -> post("runs/set-tag", "{'run_id':'%s','key':'u','value':'1'}".formatted(of.run())));
        post("runs/delete-tag", of -> post("runs/delete-tag", "{'run_id':'%s','key':'t'}".formatted(of.run())));
        post(
                "runs/log-batch",
                of -> post(
                        "runs/log-batch",
                        "{'run_id':'%s','metrics':[{'key':'m','value':1,'timestamp':1,'model_id':'%s'}]}"
                                .formatted(of.run(), of.loggedModel())));
        post("runs/log-model", of -> {
            String run = of.run();
            String json =
                    "{\\\"run_id\\\":\\\"%s\\\",\\\"artifact_path\\\":\\\"m\\\",\\\"utc_time_created\\\":\\\"1\\\",\\\"flavors\\\":{}}";
            return new Request(
                    "POST",
                    MLFLOW + "runs/log-model",
                    "{\"run_id\":\"%s\",\"model_json\":\"%s\"}".formatted(run, json.formatted(run)));
        });
        post(
                "runs/log-inputs",
                of -> post(
                        "runs/log-inputs",
                        "{'run_id':'%s','models':[{'model_id':'%s'}]}".formatted(of.run(), of.loggedModel())));
        post(
                "runs/outputs",
                of -> post(
                        "runs/outputs",
                        "{'run_id':'%s','models':[{'model_id':'%s','step':0}]}".formatted(of.run(), of.loggedModel())));
        any(
                "GET",
                MLFLOW + "metrics/get-history",
                of -> get(MLFLOW + "metrics/get-history?metric_key=m&run_id=" + of.run()));
        any(
                "GET",
                MLFLOW + "metrics/get-history-bulk",
                of -> get(MLFLOW + "metrics/get-history-bulk?metric_key=m&run_id=" + of.run() + "&run_id=" + of.run()));
        any(
                "GET",
                MLFLOW + "metrics/get-history-bulk-interval",
                of -> get(MLFLOW + "metrics/get-history-bulk-interval?metric_key=m&run_ids=" + of.run()));
    }

    private void models() {
        String models = "registered-models/";
        post(models + "create", of -> post(models + "create", "{'name':'%s'}".formatted(of.name())));
        any("GET", MLFLOW + models + "get", of -> get(MLFLOW + models + "get?name=" + of.model()));
        any("GET", MLFLOW + models + "search", of -> get(MLFLOW + models + "search"));
        any(
                "PATCH",
                MLFLOW + models + "update",
                of -> changed("PATCH", models + "update", "{'name':'%s','description':'d'}".formatted(of.model())));
        post(
                models + "rename",
                of -> post(models + "rename", "{'name':'%s','new_name':'%s'}".formatted(of.model(), of.name())));
        any(
                "DELETE",
                MLFLOW + models + "delete",
                of -> changed("DELETE", models + "delete", "{'name':'%s'}".formatted(of.model())));
        any(
                "GET",
                MLFLOW + models + "get-latest-versions",
                of -> get(MLFLOW + models + "get-latest-versions?name=" + of.model()));
        post(
                models + "get-latest-versions",
                of -> post(models + "get-latest-versions", "{'name':'%s'}".formatted(of.model())));
        post(
                models + "set-tag",
                of -> post(models + "set-tag", "{'name':'%s','key':'u','value':'v'}".formatted(of.model())));
        any(
                "DELETE",
                MLFLOW + models + "delete-tag",
                of -> changed("DELETE", models + "delete-tag", "{'name':'%s','key':'t'}".formatted(of.model())));
        post(
                models + "alias",
                of -> post(models + "alias", "{'name':'%s','alias':'b','version':'1'}".formatted(of.model())));
        any("GET", MLFLOW + models + "alias", of -> get(MLFLOW + models + "alias?alias=a&name=" + of.model()));
        any(
                "DELETE",
                MLFLOW + models + "alias",
                of -> changed("DELETE", models + "alias", "{'name':'%s','alias':'a'}".formatted(of.model())));
        String versions = "model-versions/";
        post(versions + "create", of -> {
            String run = of.run();
            return post(
                    versions + "create",
                    "{'name':'%s','source':'runs:/%s/m','run_id':'%s'}".formatted(of.model(), run, run));
        });
        String one = "{'name':'%s','version':'1'}";
        any("GET", MLFLOW + versions + "get", of -> get(MLFLOW + versions + "get?version=1&name=" + of.model()));
        any(
                "PATCH",
                MLFLOW + versions + "update",
                of -> changed(
                        "PATCH",
                        versions + "update",
                        "{'name':'%s','version':'1','description':'d'}".formatted(of.model())));
        any(
                "DELETE",
                MLFLOW + versions + "delete",
                of -> changed("DELETE", versions + "delete", one.formatted(of.model())));
        any("GET", MLFLOW + versions + "search", of -> get(MLFLOW + versions + "search"));
        any(
                "GET",
                MLFLOW + versions + "get-download-uri",
                of -> get(MLFLOW + versions + "get-download-uri?version=1&name=" + of.model()));
        post(
                versions + "transition-stage",
                of -> post(
                        versions + "transition-stage",
                        "{'name':'%s','version':'1','stage':'Staging'}".formatted(of.model())));
        post(
                versions + "set-tag",
                of -> post(
                        versions + "set-tag",
                        "{'name':'%s','version':'1','key':'u','value':'v'}".formatted(of.model())));
        any(
                "DELETE",
                MLFLOW + versions + "delete-tag",
                of -> changed(
                        "DELETE",
                        versions + "delete-tag",
                        "{'name':'%s','version':'1','key':'t'}".formatted(of.model())));
    }

    private static Request changed(String method, String path, String body) {
        return new Request(method, MLFLOW + path, body.replace('\'', '"'));
    }

    private void loggedModels() {
        String models = "logged-models";
        post(models, of -> post(models, "{'experiment_id':'%s'}".formatted(of.experiment())));
        post(
                models + "/search",
                of -> post(models + "/search", "{'experiment_ids':['%s']}".formatted(of.experiment())));
        String one = models + "/{model_id}";
        any("GET", MLFLOW + one, of -> get(MLFLOW + models + "/" + of.loggedModel()));
        any(
                "PATCH",
                MLFLOW + one,
                of -> changed("PATCH", models + "/" + of.loggedModel(), "{'status':'LOGGED_MODEL_READY'}"));
        any("DELETE", MLFLOW + one, of -> changed("DELETE", models + "/" + of.loggedModel(), ""));
        any(
                "PATCH",
                MLFLOW + one + "/tags",
                of -> changed(
                        "PATCH", models + "/" + of.loggedModel() + "/tags", "{'tags':[{'key':'u','value':'v'}]}"));
        any(
                "DELETE",
                MLFLOW + one + "/tags/{tag_key}",
                of -> changed("DELETE", models + "/" + of.loggedModel() + "/tags/t", ""));
        post(
                one + "/params",
                of -> post(models + "/" + of.loggedModel() + "/params", "{'params':[{'key':'p','value':'1'}]}"));
        any(
                "GET",
                MLFLOW + one + "/artifacts/directories",
                of -> get(MLFLOW + models + "/" + of.loggedModel() + "/artifacts/directories"));
    }

    private void artifacts() {
        any("GET", MLFLOW + "artifacts/list", of -> get(MLFLOW + "artifacts/list?run_id=" + of.runWithFile()));
        any("GET", FILES + "artifacts", of -> get(FILES + "artifacts?path=" + of.folder()));
        any("GET", FILES + "artifacts/<path>", of -> get(FILES + "artifacts/" + of.file()));
        any(
                "PUT",
                FILES + "artifacts/<path>",
                of -> new Request("PUT", FILES + "artifacts/" + of.folder() + "/g", "text"));
        any("DELETE", FILES + "artifacts/<path>", of -> new Request("DELETE", FILES + "artifacts/" + of.file(), ""));
        any("GET", "/get-artifact", of -> get("/get-artifact?path=f&run_id=" + of.runWithFile()));
        any("GET", "/model-versions/get-artifact", of -> {
            String name = of.modelWithChampions();
            return get("/model-versions/get-artifact?path=MLmodel&version=1&name=" + name);
        });
        any("GET", "/ajax-api/2.0/mlflow/logged-models/{model_id}/artifacts/files", of -> {
            String id = of.loggedModel();
            String experiment = of.experimentOf(id);
            of.put(FILES + "artifacts/" + experiment + "/models/" + id + "/artifacts/f", "text");
            return get("/ajax-api/2.0/mlflow/logged-models/" + id + "/artifacts/files?artifact_file_path=f");
        });
        any(
                "POST",
                "/ajax-api/2.0/mlflow/upload-artifact",
                of -> new Request("POST", "/ajax-api/2.0/mlflow/upload-artifact?path=g&run_uuid=" + of.run(), "text"));
        any(
                "POST",
                FILES + "mpu/create/<folder>",
                of -> new Request("POST", FILES + "mpu/create/" + of.folder(), "{\"path\":\"f\",\"num_parts\":1}"));
        any("PUT", FILES + "mpu/part/{upload}/{number}/<path>", of -> {
            String[] upload = of.upload();
            return new Request("PUT", FILES + "mpu/part/" + upload[1] + "/1/" + upload[0] + "/f", "text");
        });
        any("POST", FILES + "mpu/complete/<folder>", of -> {
            String[] upload = of.upload();
            of.put(FILES + "mpu/part/" + upload[1] + "/1/" + upload[0] + "/f", "text");
            return new Request(
                    "POST",
                    FILES + "mpu/complete/" + upload[0],
                    "{\"path\":\"f\",\"upload_id\":\"%s\",\"parts\":[{\"part_number\":1,\"etag\":\"%s\"}]}"
                            .formatted(upload[1], "1cb251ec0d568de6a929b520c4aed8d1"));
        });
        any("POST", FILES + "mpu/abort/<folder>", of -> {
            String[] upload = of.upload();
            return new Request(
                    "POST", FILES + "mpu/abort/" + upload[0], "{\"path\":\"f\",\"upload_id\":\"" + upload[1] + "\"}");
        });
        any("GET", FILES + "presigned/<path>", of -> get(FILES + "presigned/" + of.file()));
        for (String way : new String[] {"upload", "download"}) {
            String path = "artifacts/presigned-" + way + "-url";
            post(path, of -> post(path, "{'run_id':'%s','path':'f'}".formatted(of.runWithFile())));
        }
    }

    private void administration() {
        String hooks = MLFLOW + "webhooks";
        post(
                "webhooks",
                of -> post(
                        "webhooks",
                        "{'name':'%s','url':'https://hooks.example.com/x','events':[{'entity':'registered_model','action':'created'}]}"
                                .formatted(of.name())));
        any("GET", hooks, of -> get(hooks));
        any("GET", hooks + "/{webhook_id}", of -> get(hooks + "/" + of.webhook()));
        any(
                "PATCH",
                hooks + "/{webhook_id}",
                of -> changed("PATCH", "webhooks/" + of.webhook(), "{'description':'d'}"));
        any("DELETE", hooks + "/{webhook_id}", of -> changed("DELETE", "webhooks/" + of.webhook(), ""));
        any("POST", hooks + "/{webhook_id}/test", of -> changed("POST", "webhooks/" + of.webhook() + "/test", "{}"));
        String imported = "/api/2.0/mayfly/import/";
        any("PUT", imported + "experiments", of -> put(imported + "experiments", "{'name':'%s'}".formatted(of.name())));
        any("PUT", imported + "runs/{run_id}", of -> put(imported + "runs/" + Things.random(), importedRun(of)));
        any("PUT", imported + "runs/{run_id}/counts", of -> put(imported + "runs/" + of.run() + "/counts", "{}"));
        any(
                "PUT",
                imported + "logged-models/{model_id}",
                of -> put(
                        imported + "logged-models/m-" + Things.random(),
                        "{'experiment_id':'%s','name':'n','artifact_uri':'s3://bucket/x'}".formatted(of.experiment())));
        any("PUT", imported + "models/{name}", of -> put(imported + "models/" + of.name(), "{}"));
        any(
                "PUT",
                imported + "models/{name}/versions/{version}",
                of -> put(imported + "models/" + of.model() + "/versions/7", "{'source':'s3://bucket/x'}"));
    }

    private static String importedRun(Things of) {
        return "{'experiment_id':'%s','artifact_uri':'s3://bucket/x'}".formatted(of.experiment());
    }

    private static Request put(String path, String body) {
        return new Request("PUT", path, body.replace('\'', '"'));
    }
}
