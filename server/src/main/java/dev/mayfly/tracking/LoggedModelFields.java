package dev.mayfly.tracking;

import dev.mayfly.search.Field;
import dev.mayfly.search.FieldMapping;
import dev.mayfly.search.FieldMapping.Column;
import dev.mayfly.search.FieldMapping.Keyed;
import dev.mayfly.search.FieldMapping.Rows;
import dev.mayfly.search.FieldMapping.ValueType;
import dev.mayfly.search.Operator;
import dev.mayfly.search.SearchableFields;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The fields that a search for logged models may name, over {@code logged_model model}. */
final class LoggedModelFields implements SearchableFields {

    /** The entity of a metric to sort by that was measured on given data: this, and the index of the data. */
    static final String ON_DATA = "metrics on data ";

    private static final Map<String, Column> ATTRIBUTES = Map.ofEntries(
            text("model_id", "model.model_id"),
            text("name", "model.name"),
            text("model_name", "model.name"),
            text("status", "replace(model.status, 'LOGGED_MODEL_', '')"),
            text("model_type", "coalesce(model.model_type, '')"),
            text("source_run_id", "coalesce(model.source_run_id, '')"),
            text("artifact_uri", "model.artifact_uri"),
            time("creation_time", "model.creation_time"),
            time("creation_timestamp", "model.creation_time"),
            time("creation_timestamp_ms", "model.creation_time"),
            time("last_updated_timestamp", "model.update_time"),
            time("last_updated_timestamp_ms", "model.update_time"));

    private final List<LoggedModels.Data> data;
    private final List<LoggedModels.Data> orderData;

    /**
     * @param data the data that metrics of the filter were measured on; empty for any
     * @param orderData the data that an index after {@link #ON_DATA} refers to
     */
    LoggedModelFields(List<LoggedModels.Data> data, List<LoggedModels.Data> orderData) {
        this.data = data;
        this.orderData = orderData;
    }

    private static Map.Entry<String, Column> text(String name, String column) {
        return Map.entry(name, new Column(column, ValueType.TEXT, Operator.OF_TEXTS));
    }

    private static Map.Entry<String, Column> time(String name, String column) {
        return Map.entry(name, new Column(column, ValueType.WHOLE, Operator.OF_NUMBERS));
    }

    /** A condition for measurements {@code m}: on any of these data, if any are named. */
    static String onData(List<LoggedModels.Data> data) {
        return data.isEmpty()
                ? ""
                : data.stream().map(LoggedModelFields::onData).collect(Collectors.joining(" or ", " and (", ")"));
    }

    private static String onData(LoggedModels.Data data) {
        String name = "m.dataset_name = " + SearchableFields.literal(data.name());
        return data.digest().isEmpty()
                ? name
                : "(" + name + " and m.dataset_digest = " + SearchableFields.literal(data.digest()) + ")";
    }

    private static Keyed metric(Field field, String onData) {
        return new Keyed(
                new Rows("logged_model_metric m", "m.model_id = model.model_id" + onData),
                "m.key",
                field.key(),
                "m.value",
                "m.timestamp desc, m.step desc, m.run_id",
                ValueType.NUMBER,
                Operator.OF_NUMBERS);
    }

    @Override
    public String scopedName() {
        return "(select name from experiment where id = model.experiment_id)";
    }

    @Override
    public FieldMapping mapping(Field field) {
        if (field.entity().startsWith(ON_DATA)) {
            int number = Integer.parseInt(field.entity().substring(ON_DATA.length()));
            return metric(field, onData(List.of(orderData.get(number))));
        }
        return switch (field.entity()) {
            case "metrics" -> metric(field, onData(data));
            case "params" ->
                SearchableFields.text(new Rows("logged_model_param t", "t.model_id = model.model_id"), field);
            case "tags" -> SearchableFields.text(new Rows("logged_model_tag t", "t.model_id = model.model_id"), field);
            case "", "attributes" -> SearchableFields.attribute(ATTRIBUTES, field);
            default -> throw SearchableFields.unknownEntity(field, "metrics, params, tags or attributes");
        };
    }
}
