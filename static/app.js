// The entry. Listeners stand on the document, once: bodies come and go below it.

import * as compare from './compare.js';
import * as forms from './forms.js';
import * as navigate from './navigate.js';
import * as panel from './panel.js';
import * as runs from './runs.js';

function ready() {
  forms.ready();
  panel.ready();
  compare.ready();
}

panel.start();
compare.start(panel.ready);
runs.start(panel.ready);
navigate.start(ready);
ready();
navigate.restorePage();
