package dev.mayfly.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.AxeResults;
import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * The pages as people see them: a server with the demo's data, and a real browser. Skipped where there is none, with the
 * reason. With {@code -Dmayfly.screenshots=FOLDER} each page is also drawn there.
 */
class PagesTest {

    private static final List<String> BROWSERS =
            List.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome");
    private static final List<String> LAWS = List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa");

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private static Path folder;

    private static Mayfly mayfly;
    private static Process server;
    private static Playwright playwright;
    private static Browser browser;
    private static List<String> addresses;

    @BeforeAll
    static void start() throws Exception {
        Path program = BROWSERS.stream()
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
        assumeTrue(program != null, "THE PAGES WERE NOT TRIED: there is no Chromium here (expected: one of " + BROWSERS + ")");
        mayfly = new Mayfly(folder);
        Mayfly.Result demo = mayfly.run(
                Duration.ofMinutes(4),
                "demo",
                "--days", "35", "--customers", "300", "--trials", "1", "--train-days", "7",
                "--data", mayfly.folder().toString());
        assertThat(demo.exit()).as(demo.out() + demo.err()).isZero();
        server = mayfly.server();
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(program)
                        .setArgs(List.of("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")));
        addresses = addresses();
    }

    @AfterAll
    static void stop() throws Exception {
        if (browser != null) {
            browser.close();
            playwright.close();
        }
        if (server != null) {
            server.destroy();
            server.waitFor();
        }
    }

    /** One address of each page. */
    private static List<String> addresses() throws Exception {
        String run = run("train-fraud");
        JsonNode attempt = mayfly.get("/api/v1/runs/" + run).at("/tasks/0/attempts/0");
        String tracking = attempt.path("tracking_run").asText();
        assertThat(tracking).hasSize(32);
        return List.of(
                "/",
                "/search?q=fraud",
                "/pipelines",
                "/pipelines/train-fraud",
                "/pipelines/clean-transactions?tab=slices",
                "/pipelines/train-fraud?tab=text",
                "/editor",
                "/editor?pipeline=train-fraud",
                "/runs",
                "/runs/" + run,
                "/runs/" + run + "/logs/train/1/driver",
                "/clusters",
                "/capacity",
                "/models",
                "/models/card-fraud",
                "/experiments",
                "/experiments/" + experiment("train-fraud"),
                "/tracking/" + tracking,
                "/compare?run=" + tracking,
                "/packages",
                "/packages/jar/mayfly-jobs",
                "/audit",
                "/me",
                "/sign-in",
                "/runs/nosuchrun");
    }

    private static String run(String pipeline) throws Exception {
        return mayfly.get("/api/v1/runs?pipeline=" + pipeline).path(0).path("id").asText();
    }

    private static String experiment(String name) throws Exception {
        return mayfly.get("/api/2.0/mlflow/experiments/get-by-name?experiment_name=" + name)
                .at("/experiment/experiment_id")
                .asText();
    }

    /** How somebody looks: with which colours, how wide, and in which language. */
    private record Eyes(ColorScheme colours, int width, String language) {

        BrowserContext context() {
            return browser.newContext(new Browser.NewContextOptions()
                    .setColorScheme(colours)
                    .setViewportSize(width, 900)
                    .setLocale(language)
                    .setBaseURL(mayfly.url()));
        }
    }

    @Test
    void everyPageIsForEverybodyAndLoadsNothingFromElsewhere() throws IOException {
        List<String> wrong = new ArrayList<>();
        List<Eyes> eyes = List.of(
                new Eyes(ColorScheme.LIGHT, 1400, "en-US"),
                new Eyes(ColorScheme.DARK, 1400, "ru-RU"),
                new Eyes(ColorScheme.LIGHT, 360, "ru-RU"));
        int tried = 0;
        for (Eyes some : eyes) {
            try (BrowserContext context = some.context()) {
                Page page = context.newPage();
                page.onConsoleMessage(message -> {
                    boolean isStatus = message.text().startsWith("Failed to load resource: the server responded");
                    if (message.type().equals("error") && !isStatus) {
                        wrong.add(page.url() + " says: " + message.text());
                    }
                });
                page.onRequest(request -> {
                    if (!request.url().startsWith(mayfly.url()) && !request.url().startsWith("data:")) {
                        wrong.add(page.url() + " loads " + request.url());
                    }
                });
                for (String address : addresses) {
                    page.navigate(address);
                    AxeResults found = new AxeBuilder(page).withTags(LAWS).analyze();
                    found.getViolations().forEach(violation -> wrong.add(some + " " + address + ": " + violation.getId() + " at "
                            + violation.getNodes().get(0).getHtml()));
                    int width = (int) page.evaluate("document.documentElement.scrollWidth");
                    if (width > some.width()) {
                        wrong.add(some + " " + address + " is " + width + " pixels wide");
                    }
                    draw(page, address, some);
                    tried++;
                }
            }
        }
        System.out.println(tried + " looks at " + addresses.size() + " pages");
        assertThat(wrong).isEmpty();
    }

    private static void draw(Page page, String address, Eyes eyes) throws IOException {
        String into = System.getProperty("mayfly.screenshots", "");
        if (!into.isEmpty()) {
            String name = address.replaceAll("[^a-z-]+", "-").replaceAll("^-|-$", "");
            page.screenshot(new Page.ScreenshotOptions()
                    .setFullPage(true)
                    .setPath(Files.createDirectories(Path.of(into))
                            .resolve((name.isEmpty() ? "home" : name) + "-" + eyes.width() + "-"
                                    + eyes.colours().name().toLowerCase(java.util.Locale.ROOT) + ".png")));
        }
    }

    @Test
    void aPipelineIsWrittenWithAMistakeMendedRunAndWatchedToItsEnd() throws Exception {
        Path in = Files.createDirectories(folder.resolve("in"));
        Files.writeString(in.resolve("a.csv"), "tx_datetime,x\n");
        String good = """
                name: by-hand
                parameters: {days: 3}
                cluster:
                  master: {memory: 512 MB}
                  workers: {cores: 1, memory: 600 MB}
                tasks:
                  simulate:
                    spark: {package: mayfly-jobs, main_class: dev.mayfly.jobs.None}
                """;
        try (BrowserContext context = new Eyes(ColorScheme.LIGHT, 1400, "en-US").context()) {
            Page page = context.newPage();
            page.navigate("/editor");
            page.fill("#text", good.replace("tasks:", "task:"));
            page.click("text=Check and store");
            assertThat(page.textContent("#problems")).contains("Line 6, column 1", "did you mean 'tasks'?");
            assertThat(page.inputValue("#text")).as("nothing that was written is lost").contains("by-hand");
            page.fill("#text", good);
            page.click("text=Check and store");
            page.waitForURL("**/pipelines/by-hand");

            page.click("summary:has-text('Run now')");
            page.click("button:has-text('Run now')");
            page.waitForURL("**/runs/*");
            // without a reload: the page is told, and reads itself again
            page.waitForSelector(
                    "#run h1 ~ .state[data-state=failed]", new Page.WaitForSelectorOptions().setTimeout(120_000));
            assertThat(page.textContent("#run")).contains("exit code 101");
            page.click("a:has-text('driver')");
            assertThat(page.textContent("#log")).contains("dev.mayfly.jobs.None");

            page.goBack();
            page.click("summary:has-text('Retry')");
            page.click("button:has-text('Retry')");
            page.waitForSelector("#run h1 ~ .state:not([data-state=failed])");
            page.click("summary:has-text('Cancel the run')");
            page.fill("#reason", "seen enough");
            page.click("button:has-text('Cancel the run')");
            page.waitForSelector(
                    "#run h1 ~ .state[data-state=cancelled]", new Page.WaitForSelectorOptions().setTimeout(120_000));
            assertThat(page.textContent("#run")).contains("seen enough");
        }
        Awaitility.await().untilAsserted(() -> assertThat(mayfly.get("/api/v1/clusters").path(0).path("state").asText())
                .isEqualTo("deleted"));
    }

    @Test
    void aModelIsPromotedAndRolledBackWithAReason() throws Exception {
        try (BrowserContext context = new Eyes(ColorScheme.LIGHT, 1400, "en-US").context()) {
            Page page = context.newPage();
            page.navigate("/models/card-fraud");
            int decisions = page.locator(".decision").count();
            page.click("summary:has-text('Promote a version')");
            page.selectOption("#version", "1");
            page.fill("#why", "to see how it is done");
            page.click("button:has-text('Promote a version')");
            assertThat(page.textContent("main")).as("it is champion already").contains("champion");
            page.navigate("/models/card-fraud");
            page.click("summary:has-text('Roll back')");
            page.fill("#because", "to see how it is undone");
            page.click("button:has-text('Roll back')");
            assertThat(page.textContent("main")).as("there was none before").containsIgnoringCase("champion");
            page.navigate("/models/card-fraud");
            assertThat(page.locator(".decision").count()).isGreaterThanOrEqualTo(decisions);
        }
    }

    /** What a page shows is what the API says. */
    @Test
    void whatIsShownIsWhatIsSo() throws Exception {
        try (BrowserContext context = new Eyes(ColorScheme.LIGHT, 1400, "en-US").context()) {
            Page page = context.newPage();
            JsonNode run = mayfly.get("/api/v1/runs/" + run("train-fraud"));
            page.navigate("/runs/" + run.path("id").asText());
            assertThat(page.textContent("#run .state")).isEqualTo(run.path("state").asText());
            assertThat(page.locator("tr[id^=task-]").count()).isEqualTo(run.path("tasks").size());
            assertThat(page.locator("svg.graph .node").count()).isEqualTo(run.path("tasks").size());
            assertThat(page.textContent("#run")).contains(run.at("/clusters/0/name").asText());

            JsonNode model = mayfly.get("/api/v1/models/card-fraud");
            page.navigate("/models/card-fraud");
            assertThat(page.locator("tr[id^=v]").count()).isEqualTo(model.path("version_list").size());
            assertThat(page.locator(".decision").count()).isEqualTo(model.path("promotions").size());
            String precision = String.format("%.4f", model.at("/version_list/0/metrics/average_precision").asDouble());
            assertThat(page.textContent("#v" + model.at("/version_list/0/version").asText())).contains(precision);

            page.navigate("/clusters");
            assertThat(page.locator("#clusters tbody tr").count())
                    .isEqualTo(mayfly.get("/api/v1/clusters").size());
            page.navigate("/pipelines");
            assertThat(page.locator("#pipelines tbody tr").count())
                    .isEqualTo(mayfly.get("/api/v1/pipelines").size());
        }
    }

    @Test
    void theRunsTableIsSearchedSortedAndComparedAndItsAddressIsTheView() throws Exception {
        try (BrowserContext context = new Eyes(ColorScheme.LIGHT, 1400, "en-US").context()) {
            Page page = context.newPage();
            page.navigate("/experiments/" + experiment("train-fraud"));
            int all = page.locator("tbody tr").count();
            page.fill("#filter", "attributes.run_name LIKE 'train-%'");
            page.click("button:has-text('Search') >> nth=-1");
            int some = page.locator("tbody tr").count();
            assertThat(some).isBetween(1, all - 1);
            assertThat(page.url()).contains("filter=");
            page.reload();
            assertThat(page.locator("tbody tr").count()).isEqualTo(some);
            page.fill("#filter", "metrics.average_precision ~ 0");
            page.click("button:has-text('Search') >> nth=-1");
            assertThat(page.textContent("#wrong")).contains("position");
            page.goBack();
            page.goBack();
            assertThat(page.locator("tbody tr").count()).isEqualTo(all);
            page.check("tbody tr:nth-child(1) input");
            page.check("tbody tr:nth-child(2) input");
            page.click("button:has-text('Compare')");
            assertThat(page.locator("thead th").count()).isEqualTo(3);
        }
    }

    @Test
    void keysAndTheAddressesOfMlflowLeadThere() throws Exception {
        String tracking = addresses.stream()
                .filter(address -> address.startsWith("/tracking/"))
                .findFirst()
                .orElseThrow();
        try (BrowserContext context = new Eyes(ColorScheme.LIGHT, 1400, "en-US").context()) {
            Page page = context.newPage();
            page.navigate("/#/experiments/1/runs/" + tracking.substring("/tracking/".length()));
            page.waitForURL("**" + tracking);
            page.navigate("/");
            page.navigate("/#/models/card-fraud/versions/1");
            page.waitForURL("**/models/card-fraud#v1");
            page.keyboard().press("?");
            page.waitForSelector("#keys[open]");
            page.keyboard().press("Escape");
            page.keyboard().press("Control+k");
            page.keyboard().type("train-f");
            page.keyboard().press("Enter");
            page.waitForURL("**/search?q=train-f");
            assertThat(page.textContent(".found")).contains("train-fraud");
            page.locator("h1").click();
            page.keyboard().press("g");
            page.keyboard().press("c");
            page.waitForURL("**/clusters");
            page.click("button:has-text('Русский')");
            page.waitForURL("**/clusters");
            assertThat(page.textContent("h1")).isEqualTo("Кластеры");
        }
    }

    @Test
    void withoutScriptsAPageIsReadAllTheSame() {
        try (BrowserContext context = browser.newContext(
                new Browser.NewContextOptions().setJavaScriptEnabled(false).setBaseURL(mayfly.url()))) {
            Page page = context.newPage();
            for (String address : addresses) {
                page.navigate(address);
                assertThat(page.textContent("h1")).as(address).isNotBlank();
            }
            page.navigate("/clusters");
            assertThat(page.textContent("time >> nth=0")).endsWith("UTC");
        }
    }
}
