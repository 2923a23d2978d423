<?php
// SPDX-License-Identifier: GPL-2.0-or-later
//
// perfdata.php LIBRARY: performance data on the standard input, as Icinga DB Web
// understands it: a line for each datum with label, value, unit and state.

require "$argv[1]/Common/ServiceStates.php";
foreach (['PerfData', 'PerfDataSet', 'PerfDataFormat', 'ThresholdRange'] as $class) {
    require "$argv[1]/Util/$class.php";
}

$text = stream_get_contents(STDIN);
foreach (\Icinga\Module\Icingadb\Util\PerfDataSet::fromString(trim($text)) as $datum) {
    printf(
        "%s %.9f %s %d\n",
        $datum->getLabel(),
        $datum->getValue(),
        $datum->getUnit() ?? '-',
        $datum->getState()
    );
}
