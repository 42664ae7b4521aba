package dev.mayfly.page;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.util.Map;

/** Fills the templates, which the build has compiled. Every value is escaped for where it stands. Thread-safe. */
final class Html {

    private static final TemplateEngine ENGINE = TemplateEngine.createPrecompiled(
            null, ContentType.Html, Html.class.getClassLoader(), "dev.mayfly.page.template");

    private Html() {}

    static String of(String template, Map<String, Object> values) {
        StringOutput output = new StringOutput();
        ENGINE.render(template + ".jte", values, output);
        return output.toString();
    }
}
